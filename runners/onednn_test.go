//go:build linux

package runners

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/parts"
	"joulemark/workloads"
)

// startOneDNN starts the runner as a worker with a library and a number of threads.
func startOneDNN(t *testing.T, lib string, threads int, env ...string) *Worker {
	t.Helper()
	env = append(env, fakeWorker+"=onednn", fakeLib+"="+lib, fakeThreadCount+"="+strconv.Itoa(threads))
	w, err := Start(t.Context(), Launch{Runner: "onednn", Argv: []string{os.Args[0]}, Env: env, Limits: Limits{Exit: patient}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.Close() })
	return w
}

// eachOneDNN runs a test with both versions of the interface.
func eachOneDNN(t *testing.T, test func(t *testing.T, lib string)) {
	for version, lib := range map[string]func(testing.TB) string{
		"3": parts.OneDNN,
		"2": func(t testing.TB) string { return parts.Debian(t, "libdnnl.so.2") },
	} {
		t.Run("version "+version, func(t *testing.T) { test(t, lib(t)) })
	}
}

// layerOneDNN is a small layer of every kind of sum: several heads a key-value
// head, rows that do not fill a block, a cache.
func layerOneDNN(change func(*workloads.Layer)) workloads.Layer {
	l := workloads.Layer{Model: workloads.Custom, Phase: workloads.Prefill, Batch: 2, Tokens: 37, Hidden: 48, Heads: 4, KVHeads: 2, HeadDim: 16, FFN: 80,
		Norm: workloads.RMSNormPre, Act: workloads.SwiGLU, Attention: workloads.Causal, RopeTheta: 10000, Eps: 1e-5, Type: workloads.FP32}
	change(&l)
	return l.WithDefaults()
}

// layersOneDNN go through every norm, activation and shape of attention, in a type.
func layersOneDNN(d workloads.DType) (all []workloads.Layer) {
	for _, change := range []func(*workloads.Layer){
		func(l *workloads.Layer) {},
		func(l *workloads.Layer) { l.Bias, l.Context = true, 9 },
		func(l *workloads.Layer) {
			l.Norm, l.Act, l.Bias, l.RopeTheta = workloads.LayerNormPre, workloads.GELUTanh, true, 0
		},
		func(l *workloads.Layer) {
			l.Norm, l.Act, l.Bias, l.Attention = workloads.LayerNormPost, workloads.GELUErf, true, workloads.Full
		},
		func(l *workloads.Layer) { l.KVHeads, l.Tokens, l.Batch = 4, 70, 3 }, // blocks, one query head a key-value head
		func(l *workloads.Layer) { l.KVHeads, l.RopeTheta, l.Context, l.Batch = 1, 0, 5, 1 },
		func(l *workloads.Layer) { l.Tokens, l.Batch = 1, 5 },
		func(l *workloads.Layer) { l.Phase, l.Tokens, l.Context = workloads.Decode, 1, 40 },
		func(l *workloads.Layer) { l.Phase, l.Tokens, l.Context, l.KVHeads = workloads.Decode, 1, 1, 4 },
		func(l *workloads.Layer) {
			l.Phase, l.Tokens, l.Context, l.Batch, l.Bias, l.RopeTheta = workloads.Decode, 1, 33, 3, true, 0
			l.Norm, l.Act = workloads.LayerNormPost, workloads.GELUErf
		},
	} {
		all = append(all, layerOneDNN(func(l *workloads.Layer) { change(l); l.Type = d }))
	}
	return all
}

func TestOneDNNComputesWhatTheCheckerChecks(t *testing.T) {
	eachOneDNN(t, func(t *testing.T, lib string) {
		w := startOneDNN(t, lib, 1)
		var all []workloads.Workload
		for _, d := range []workloads.DType{workloads.FP32, workloads.BF16, workloads.INT8} {
			all = append(all, workloads.Matmul{M: 70, N: 90, K: 130, Type: d}, workloads.Matmul{M: 1, N: 1, K: 1, Type: d}, workloads.Matmul{M: 3, N: 257, K: 1024, Type: d})
		}
		for _, d := range []workloads.DType{workloads.FP32, workloads.BF16} {
			for _, l := range layersOneDNN(d) {
				all = append(all, l)
			}
		}
		for _, wl := range all {
			requireOneDNN(t, w, wl)
		}
	})
}

// requireOneDNN drives a workload, which may be refused only where the processor
// lacks what the library computes the type with.
func requireOneDNN(t *testing.T, w *Worker, wl workloads.Workload) {
	t.Helper()
	err := drive(t.Context(), w, wl)
	if slices.Contains(lackingOneDNN[wl.DType()], w.About().Kernel) {
		require.ErrorIs(t, err, ErrUnsupported, wl.Name())
		return
	}
	require.NoError(t, err, wl.Name())
}

// lackingOneDNN are instruction sets that a type is refused on.
var lackingOneDNN = map[workloads.DType][]string{
	workloads.BF16: {"sse41", "avx", "avx2", "avx2_vnni"},
	workloads.INT8: {"sse41", "avx", "avx2", "avx512_core"},
}

// Older processors go through other kernels of the library.
func TestOneDNNOnOlderProcessors(t *testing.T) {
	eachOneDNN(t, func(t *testing.T, lib string) {
		for _, isa := range []string{"SSE41", "AVX2", "AVX512_CORE"} {
			w := startOneDNN(t, lib, 1, "ONEDNN_MAX_CPU_ISA="+isa)
			for _, d := range []workloads.DType{workloads.FP32, workloads.BF16, workloads.INT8} {
				requireOneDNN(t, w, workloads.Matmul{M: 70, N: 90, K: 130, Type: d})
			}
			requireOneDNN(t, w, layersOneDNN(workloads.FP32)[1])
			requireOneDNN(t, w, layersOneDNN(workloads.BF16)[9])
		}
	})
}

// The models of the suites, whose blocks and tables are of real sizes.
func TestOneDNNComputesAModelsLayer(t *testing.T) {
	w := startOneDNN(t, parts.OneDNN(t), 1)
	for _, name := range []string{"layer/gpt2-small/prefill/bf16/b=1/t=300/c=20", "layer/bert-base/prefill/fp32/b=2/t=64/c=0", "layer/gpt2-small/decode/fp32/b=8/t=1/c=100"} {
		wl, err := workloads.Parse(name)
		require.NoError(t, err)
		requireOneDNN(t, w, wl)
	}
}

func TestOneDNNInfo(t *testing.T) {
	eachOneDNN(t, func(t *testing.T, lib string) {
		w := startOneDNN(t, lib, 1)
		devices, err := w.Devices(t.Context())
		require.NoError(t, err)
		require.Equal(t, []string{"cpu", "cpu", "cpu"}, []string{devices[0].ID, devices[0].Kind, devices[0].Match})
		require.Equal(t, lib, w.About().Path)
		require.Regexp(t, `^[23]\.\d+\.\d+ \(CPU: OpenMP, GPU: (none|OpenCL)\)$`, w.About().Version)
		require.NotEmpty(t, w.About().Kernel)
		require.Empty(t, w.About().Notes)
		for _, wl := range []workloads.Workload{workloads.Matmul{M: 64, N: 64, K: 64, Type: workloads.FP32}, layerOneDNN(func(*workloads.Layer) {})} {
			info, err := w.Prepare(t.Context(), "cpu", wl, Options{})
			require.NoError(t, err)
			require.Regexp(t, `^\S+:.*packed.*; `+w.About().Kernel+"$", info.Kernel) // what was told from the processor is what runs
			require.Less(t, len(info.Kernel), 300)
			require.Contains(t, info.Libraries, "oneDNN")
			require.GreaterOrEqual(t, info.Sets, 2)
			require.Greater(t, info.MemoryBytes, int64(info.Sets)*64*64*8)
			require.Positive(t, info.ItersHint)
		}
	})
}

// The library computes with as many threads as were asked for, when it is started
// and at each prepare.
func TestOneDNNThreads(t *testing.T) {
	usable, product := cpuThreads(0), workloads.Matmul{M: 256, N: 256, K: 256, Type: workloads.FP32}
	eachOneDNN(t, func(t *testing.T, lib string) {
		for worker, prepares := range map[int]map[int]int{1: {0: 1, 1: 1}, 2: {0: 2, 2: 2, 1: 1}} {
			w := startOneDNN(t, lib, worker)
			for asked, want := range prepares {
				info, err := w.Prepare(t.Context(), "cpu", product, Options{Threads: asked})
				require.NoError(t, err)
				require.Equal(t, min(want, usable), info.Threads, "worker %d, prepare %d", worker, asked)
			}
			if worker == 1 {
				require.LessOrEqual(t, cpuPerSecond(t, w), 1.3)
			}
		}
	})
}

// cpuPerSecond is the CPU time that a worker takes in a window, over its length.
func cpuPerSecond(t *testing.T, w *Worker) float64 {
	t.Helper()
	before := cpuTime(t, w.Group())
	p, err := w.Submit(int64(300*time.Millisecond), 1)
	require.NoError(t, err)
	r, err := p.Wait(t.Context(), 0)
	require.NoError(t, err)
	return (cpuTime(t, w.Group()) - before).Seconds() / (float64(r.EndNS-r.StartNS) / 1e9)
}

// cpuTime is what a process has used, in user and system mode, of /proc/PID/stat.
func cpuTime(t *testing.T, pid int) time.Duration {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	require.NoError(t, err)
	var user, system int64
	var skip string
	_, err = fmt.Sscan(afterCommand(string(text)), &skip, &skip, &skip, &skip, &skip, &skip, &skip, &skip, &skip, &skip, &skip, &user, &system)
	require.NoError(t, err)
	return time.Duration(user+system) * (time.Second / 100) // USER_HZ is 100 on every Linux
}

// afterCommand is the line after the command's name in parentheses, which may hold
// spaces.
func afterCommand(stat string) string {
	for i := len(stat) - 1; i >= 0; i-- {
		if stat[i] == ')' {
			return stat[i+1:]
		}
	}
	return stat
}

// fp16 is done where the processor has it, and refused with the reason elsewhere.
func TestOneDNNHalfPrecision(t *testing.T) {
	eachOneDNN(t, func(t *testing.T, lib string) {
		w := startOneDNN(t, lib, 1)
		_, err := w.Devices(t.Context())
		require.NoError(t, err)
		has := strings.Contains(w.About().Kernel, "fp16") || strings.Contains(w.About().Kernel, "amx")
		for _, wl := range []workloads.Workload{
			workloads.Matmul{M: 40, N: 50, K: 60, Type: workloads.FP16},
			layerOneDNN(func(l *workloads.Layer) { l.Type = workloads.FP16 }),
		} {
			err := drive(t.Context(), w, wl)
			if err == nil && has {
				continue
			}
			require.ErrorIs(t, err, ErrUnsupported, wl.Name())
			require.ErrorContains(t, err, "has no fp16 ")
		}
	})
}
