//go:build linux

package runners

import (
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/parts"
	"joulemark/workloads"
)

func TestOneDNNRefuses(t *testing.T) {
	w := startOneDNN(t, parts.OneDNN(t), 1)
	for _, c := range []struct {
		wl   workloads.Workload
		o    Options
		says string
	}{
		{workloads.Matmul{M: 8, N: 8, K: 8, Type: workloads.FP64}, Options{}, "oneDNN has no fp64 matmul"},
		{workloads.Matmul{M: 8, N: 8, K: 8, Type: workloads.TF32}, Options{}, "oneDNN has no tf32 matmul"},
		{workloads.Matmul{M: 8, N: 8, K: 8, Type: workloads.FP8E4M3}, Options{}, "oneDNN 3.2.0 has no"},
		{workloads.Matmul{M: 300_000, N: 300_000, K: 300_000, Type: workloads.FP32}, Options{}, "free: take a smaller workload"},
		{layerOneDNN(func(l *workloads.Layer) { l.Phase, l.Tokens, l.Context = workloads.Train, 8, 0 }), Options{}, "oneDNN has no fp32 layer in train"},
		{layerOneDNN(func(l *workloads.Layer) { l.Type = workloads.INT8 }), Options{}, "oneDNN has no int8 layer in"},
		{workloads.Matmul{M: 8, N: 8, K: 8, Type: workloads.FP32}, Options{ISA: "pentium"}, `knows no instruction set "pentium": use one of avx`},
	} {
		_, err := w.Prepare(t.Context(), "cpu", c.wl, c.o)
		require.ErrorIs(t, err, ErrUnsupported, c.wl.Name())
		require.ErrorContains(t, err, c.says)
	}
	require.NoError(t, drive(t.Context(), w, workloads.Matmul{M: 8, N: 8, K: 8, Type: workloads.FP32}), "the worker lives on")
}

// The instruction set of the first primitive stays.
func TestOneDNNInstructionSet(t *testing.T) {
	product := func(d workloads.DType) workloads.Workload { return workloads.Matmul{M: 64, N: 64, K: 64, Type: d} }
	eachOneDNN(t, func(t *testing.T, lib string) {
		w := startOneDNN(t, lib, 1)
		_, err := w.Devices(t.Context()) // as the conductor does, which must not fix it
		require.NoError(t, err)
		info, err := w.Prepare(t.Context(), "cpu", product(workloads.FP32), Options{ISA: "AVX2"})
		require.NoError(t, err)
		require.Regexp(t, "; avx2$", info.Kernel)
		_, err = w.Prepare(t.Context(), "cpu", product(workloads.FP32), Options{})
		require.ErrorIs(t, err, ErrUnsupported)
		require.ErrorContains(t, err, "keeps the instruction set of its first primitive, avx2: start a worker for each")
		_, err = w.Prepare(t.Context(), "cpu", product(workloads.INT8), Options{ISA: "avx2"})
		require.ErrorIs(t, err, ErrUnsupported)
		require.ErrorContains(t, err, "they overflow: use a processor with VNNI")
	})
}

func TestOneDNNSaysWhatHoldsItBack(t *testing.T) {
	w := startOneDNN(t, parts.OneDNN(t), 0, "ONEDNN_MAX_CPU_ISA=SSE41")
	_, err := w.Devices(t.Context())
	require.NoError(t, err)
	require.Equal(t, "sse41", w.About().Kernel)
	require.Regexp(t, "^the environment holds oneDNN to sse41 and this processor has .*: unset ONEDNN_MAX_CPU_ISA$", w.About().Notes[0])
}

func TestOneDNNThatIsNone(t *testing.T) {
	for lib, says := range map[string]string{
		"/nowhere/libdnnl.so.3": "there is no /nowhere/libdnnl.so.3: name the libdnnl file",
		"libm.so.6":             "libm.so.6 is not oneDNN",
		parts.OpenBLAS(t):       "is not oneDNN",
		os.Args[0]:              "is no shared library",
		"/proc/self/environ":    "is no shared library: name the .so file",
	} {
		_, err := startOneDNN(t, lib, 0).Devices(t.Context())
		require.ErrorIs(t, err, ErrUnavailable, lib)
		require.ErrorContains(t, err, says)
	}
}

func TestOneDNNEnvironment(t *testing.T) {
	for _, name := range []string{"OMP_PROC_BIND", "OMP_PLACES", "GOMP_CPU_AFFINITY", "KMP_AFFINITY"} {
		t.Setenv(name, "")
		require.NoError(t, syscall.Unsetenv(name))
	}
	require.Equal(t, []string{"OMP_NUM_THREADS=1", "OMP_DYNAMIC=false"}, oneDNNEnv(Setup{Lib: "libdnnl.so.9", Threads: 1}))
	if cpuThreads(2) == 2 {
		require.Equal(t, []string{"OMP_NUM_THREADS=2", "OMP_DYNAMIC=false", "OMP_PLACES=cores", "OMP_PROC_BIND=spread"}, oneDNNEnv(Setup{Lib: "libdnnl.so.9", Threads: 2}))
	}
	t.Setenv("OMP_PLACES", "{0}")
	t.Setenv("LD_LIBRARY_PATH", "/a")
	dir := t.TempDir()
	for _, name := range []string{"libdnnl.so.3", "libiomp5.so"} {
		require.NoError(t, os.WriteFile(dir+"/"+name, nil, 0o600))
	}
	require.Equal(t, []string{"OMP_NUM_THREADS=1", "OMP_DYNAMIC=false", "LD_LIBRARY_PATH=" + dir + ":/a"}, oneDNNEnv(Setup{Lib: dir + "/libdnnl.so.3", Threads: 1}))
}
