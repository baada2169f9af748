//go:build linux

package runners

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
	"joulemark/runners/internal/parts"
	"joulemark/workloads"
)

// startPJRT starts the registered runner as a worker with a plugin.
func startPJRT(t *testing.T, lib string, threads int, env ...string) *Worker {
	t.Helper()
	env = append(env, fakeWorker+"=pjrt", fakeLib+"="+lib, fakeThreadCount+"="+strconv.Itoa(threads))
	w, err := Start(t.Context(), Launch{Runner: "pjrt", Argv: []string{os.Args[0]}, Env: env, Limits: Limits{Exit: patient}})
	require.NoError(t, err)
	t.Cleanup(w.Kill)
	return w
}

// xlaLayer is a small layer with everything in it: grouped heads, rotary positions,
// a cache, a gated activation.
func xlaLayer(phase workloads.Phase, d workloads.DType) workloads.Layer {
	l := workloads.Layer{Model: workloads.Custom, Phase: phase, Batch: 2, Tokens: 1, Context: 40, Hidden: 64, Heads: 4, KVHeads: 2, HeadDim: 16, FFN: 96,
		Norm: workloads.RMSNormPre, Act: workloads.SwiGLU, Attention: workloads.Causal, RopeTheta: 10000, Eps: 1e-5, Type: d}
	if phase == workloads.Prefill {
		l.Tokens, l.Context = 19, 5
	}
	return l
}

// Every type and phase on XLA's CPU plugins, old and new: values right, or an honest
// "unsupported" for exactly those that are listed.
func TestPJRTOnXLACPU(t *testing.T) {
	for name, c := range map[string]struct {
		lib         string
		unsupported map[string]bool
	}{
		"0.115": {parts.XLACPU(t), nil},
		"0.81":  {parts.XLACPUOld(t), nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := startPJRT(t, c.lib, 0)
			for _, wl := range xlaWorkloads() {
				err := drive(t.Context(), w, wl)
				if c.unsupported[wl.Name()] {
					require.ErrorIs(t, err, ErrUnsupported, wl.Name())
					continue
				}
				require.NoError(t, err, "%s\n%s", wl.Name(), w.StderrTail())
			}
			require.NoError(t, w.Close())
		})
	}
}

func xlaWorkloads() (list []workloads.Workload) {
	for _, d := range []workloads.DType{workloads.FP64, workloads.FP32, workloads.TF32, workloads.FP16, workloads.BF16, workloads.FP8E4M3, workloads.FP8E5M2, workloads.INT8, workloads.INT4} {
		list = append(list, workloads.Matmul{M: 33, N: 64, K: 256, Type: d})
	}
	for _, d := range []workloads.DType{workloads.FP32, workloads.TF32, workloads.FP16, workloads.BF16} {
		list = append(list, xlaLayer(workloads.Prefill, d), xlaLayer(workloads.Decode, d))
	}
	return list
}

// One thread is one thread: the worker is held to one CPU, and XLA, which counts the
// CPUs it may use, makes one thread to compute with.
func TestPJRTThreads(t *testing.T) {
	for _, lib := range []string{parts.XLACPU(t), parts.XLACPUOld(t)} {
		w := startPJRT(t, lib, 1)
		info, err := w.Prepare(t.Context(), "cpu", workloads.Matmul{M: 64, N: 64, K: 64, Type: workloads.FP32}, Options{Threads: 1})
		require.NoError(t, err)
		require.Equal(t, 1, info.Threads)
		var set unix.CPUSet
		require.NoError(t, unix.SchedGetaffinity(w.cmd.Process.Pid, &set))
		require.Equal(t, 1, set.Count())
		require.Equal(t, 1, threadsCalled(t, w.cmd.Process.Pid, "tf_XLAEigen"))
		require.NoError(t, w.Close())
	}
}

// threadsCalled counts threads of a process by the beginning of their name.
func threadsCalled(t *testing.T, pid int, name string) (n int) {
	t.Helper()
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/comm", pid))
	require.NoError(t, err)
	for _, task := range tasks {
		comm, _ := os.ReadFile(task) // a thread may have ended
		if strings.HasPrefix(string(comm), name) {
			n++
		}
	}
	return n
}

// The smallest products are no products any more once XLA has simplified them: the row
// says so. Its CPU compiler has no code for TF32 then, which is no failure.
func TestPJRTSmallestProducts(t *testing.T) {
	for _, lib := range []string{parts.XLACPU(t), parts.XLACPUOld(t)} {
		w := startPJRT(t, lib, 0)
		outer := workloads.Matmul{M: 5, N: 7, K: 1, Type: workloads.FP32}
		require.NoError(t, drive(t.Context(), w, outer))
		info, err := w.Prepare(t.Context(), "cpu", outer, Options{})
		require.NoError(t, err)
		require.Equal(t, "xla cpu: element-wise loops", info.Kernel)
		err = drive(t.Context(), w, workloads.Matmul{M: 1, N: 1, K: 64, Type: workloads.TF32})
		require.ErrorIs(t, err, ErrUnsupported)
		require.ErrorContains(t, err, ": choose another type")
		require.NoError(t, w.Close())
	}
}

// What the row says of the plugin is the plugin's own word.
func TestPJRTSaysWhatItRan(t *testing.T) {
	for lib, want := range map[string]map[string]string{
		parts.XLACPU(t):    {"pjrt": "0.115", "lammps_jax_pjrt_cpu": "0.11.2"},
		parts.XLACPUOld(t): {"pjrt": "0.81", "xla_cpu_pjrt": "0.0.1"},
	} {
		w := startPJRT(t, lib, 0)
		info, err := w.Prepare(t.Context(), "cpu", workloads.Matmul{M: 256, N: 256, K: 256, Type: workloads.FP32}, Options{})
		require.NoError(t, err)
		require.Equal(t, want, info.Libraries)
		require.Regexp(t, `^xla cpu: (__ynn_fusion|dot|__onednn\$matmul)$`, info.Kernel)
		require.Equal(t, cpuThreads(0), info.Threads)
		require.Greater(t, info.MemoryBytes, int64(info.Sets)*2*256*256*4)
		_, err = w.Prepare(t.Context(), "cpu", workloads.Matmul{M: 8, N: 8, K: 8, Type: workloads.FP32}, Options{ISA: "avx2"})
		require.ErrorIs(t, err, ErrUnsupported)
		require.NoError(t, w.Close())
	}
}
