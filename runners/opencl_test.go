//go:build linux

package runners

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/parts"
	"joulemark/workloads"
)

// startOpenCL starts the runner as a worker with a loader or a driver, a number of
// threads and variables.
func startOpenCL(t *testing.T, lib string, threads int, env ...string) *Worker {
	t.Helper()
	env = append(env, fakeWorker+"=opencl", fakeLib+"="+lib, fakeThreadCount+"="+strconv.Itoa(threads))
	w, err := Start(t.Context(), Launch{Runner: "opencl", Argv: []string{os.Args[0]}, Env: env, Limits: Limits{Exit: patient}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.Close() })
	return w
}

// openCLLayer is a small one with all that newer models have.
func openCLLayer(phase workloads.Phase, tokens, context int, d workloads.DType) workloads.Layer {
	return workloads.Layer{Model: workloads.Custom, Phase: phase, Batch: 1, Tokens: tokens, Context: context, Hidden: 64, Heads: 4, KVHeads: 2, HeadDim: 16, FFN: 96,
		Norm: workloads.RMSNormPre, Act: workloads.SwiGLU, Attention: workloads.Causal, RopeTheta: 10000, Eps: 1e-5, Type: d}
}

// Every type and phase through the wire, on PoCL.
func TestOpenCLOnPoCL(t *testing.T) {
	w := startOpenCL(t, parts.Debian(t, "libpocl.so.2"), 0)
	devices, err := w.Devices(t.Context())
	require.NoError(t, err)
	require.Len(t, devices, 1)
	require.Equal(t, "cpu", devices[0].ID)
	require.Equal(t, "cpu", devices[0].Kind)
	require.Equal(t, "cpu", devices[0].Match)
	require.Positive(t, devices[0].MemoryBytes)
	for _, d := range workloads.DTypes() {
		if d != workloads.INT32 {
			require.NoError(t, drive(t.Context(), w, workloads.Matmul{M: 3, N: 65, K: 140, Type: d}), d)
		}
	}
	for _, d := range []workloads.DType{workloads.FP32, workloads.TF32, workloads.FP16, workloads.BF16} {
		require.NoError(t, drive(t.Context(), w, openCLLayer(workloads.Prefill, 3, 0, d)), d)
		require.NoError(t, drive(t.Context(), w, openCLLayer(workloads.Decode, 1, 40, d)), d)
	}
	about := w.About()
	require.Contains(t, about.Path, "libOpenCL.so")
	require.Contains(t, about.Version, "Portable Computing Language")
	require.Contains(t, about.Notes[0], "device cpu is the processor")
}

// The number of threads is the driver's own word on its compute units.
func TestOpenCLThreads(t *testing.T) {
	for threads := 1; threads <= min(2, cpuThreads(0)); threads++ {
		w := startOpenCL(t, parts.Debian(t, "libpocl.so.2"), threads)
		_, err := w.Devices(t.Context())
		require.NoError(t, err)
		info, err := w.Prepare(t.Context(), "cpu", workloads.Matmul{M: 64, N: 64, K: 64, Type: workloads.BF16}, Options{})
		require.NoError(t, err)
		require.Equal(t, threads, info.Threads)
		require.Regexp(t, `joulemark panels \d+x\d+x\d+, weights packed .* compiled by Portable Computing Language, driver 3`, info.Kernel)
		require.Less(t, len(info.Kernel), 300)
		require.Contains(t, info.Libraries["opencl"], "OpenCL")
	}
}

// Another driver, a simulator, by the .icd file that names it.
func TestOpenCLOnOclgrind(t *testing.T) {
	icd := filepath.Join(t.TempDir(), "oclgrind.icd")
	require.NoError(t, os.WriteFile(icd, []byte(parts.Debian(t, "liboclgrind-rt-icd.so")+"\n"), 0o644))
	w := startOpenCL(t, icd, 0)
	require.NoError(t, drive(t.Context(), w, workloads.Matmul{M: 5, N: 3, K: 7, Type: workloads.INT8}))
	require.Contains(t, w.About().Version, "Oclgrind")
}

func TestOpenCLRefuses(t *testing.T) {
	w := startOpenCL(t, parts.Debian(t, "libpocl.so.2"), 0)
	_, err := w.Devices(t.Context())
	require.NoError(t, err)
	for name, says := range map[string]string{
		"matmul/fp32/n=64/sparsity=2:4":                 "choose dense operands",
		"layer/gpt2-small/prefill/int8/b=1/t=8/c=0":     "choose one of [fp32 tf32 fp16 bf16]",
		"layer/gpt3-175b/decode/fp32/b=1/t=1/c=1000000": ": take a smaller workload",
	} {
		workload, err := workloads.Parse(name)
		require.NoError(t, err)
		_, err = w.Prepare(t.Context(), "cpu", workload, Options{})
		require.ErrorIs(t, err, ErrUnsupported, name)
		require.ErrorContains(t, err, says)
	}
	_, err = w.Prepare(t.Context(), "cpu", workloads.Matmul{M: 4, N: 4, K: 4, Type: workloads.FP32}, Options{ISA: "avx2"})
	require.ErrorIs(t, err, ErrUnsupported)
}

func TestOpenCLIsNotThere(t *testing.T) {
	text := filepath.Join(t.TempDir(), "libOpenCL.so.1")
	require.NoError(t, os.WriteFile(text, []byte("no library"), 0o644))
	other := parts.Debian(t, "libblis.so.4")
	for _, c := range []struct {
		what, lib string
		env       []string
		says      string
	}{
		{"no loader", "/nonexistent/libOpenCL.so.1", nil, "not found: name an OpenCL loader"},
		{"no library", text, nil, "is no shared library"},
		{"another library", other, nil, "has no function cl"},
		{"no driver", "", []string{"OCL_ICD_VENDORS=/nonexistent"}, "finds no driver with a device: install"},
		{"an empty folder", t.TempDir(), nil, "finds no driver with a device: install"},
	} {
		w := startOpenCL(t, c.lib, 0, c.env...)
		_, err := w.Devices(t.Context())
		require.ErrorIs(t, err, ErrUnavailable, c.what)
		require.ErrorContains(t, err, c.says, c.what)
	}
}

func TestOpenCLEnv(t *testing.T) {
	require.Empty(t, openCLEnv(Setup{}))
	require.Empty(t, openCLEnv(Setup{Lib: parts.Debian(t, "libOpenCL.so.1")}), "a loader loads what it likes")
	driver := parts.Debian(t, "libpocl.so.2")
	require.Equal(t, []string{"OCL_ICD_VENDORS=" + driver, "OCL_ICD_FILENAMES=" + driver, "POCL_MAX_PTHREAD_COUNT=1", "POCL_CPU_MAX_CU_COUNT=1", "DPCPP_CPU_NUM_CUS=1"},
		openCLEnv(Setup{Lib: driver, Threads: 1}))
}
