//go:build linux

package runners

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/klauspost/cpuid/v2"
	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/parts"
	"joulemark/workloads"
)

// startBLAS starts the runner as a worker with a library and a number of threads.
func startBLAS(t *testing.T, lib string, threads int, env ...string) *Worker {
	t.Helper()
	env = append(env, fakeWorker+"=blas", fakeLib+"="+lib, fakeThreadCount+"="+strconv.Itoa(threads))
	w, err := Start(t.Context(), Launch{Runner: "blas", Argv: []string{os.Args[0]}, Env: env, Limits: Limits{Exit: patient}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.Close() })
	return w
}

// standInBLAS compiles the stand-in of a BLAS with the names given as flags.
func standInBLAS(t *testing.T, flags ...string) string {
	t.Helper()
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		parts.Missing(t, "gcc")
	}
	out := filepath.Join(t.TempDir(), "libstandin.so.1")
	args := []string{"-shared", "-fPIC", "-O2", "-o", out, "internal/cblas/testdata/standin.c"}
	for _, f := range flags {
		args = append(args, "-D"+f)
	}
	message, err := exec.Command(gcc, args...).CombinedOutput()
	require.NoError(t, err, string(message))
	return out
}

func productBLAS(d workloads.DType) workloads.Matmul {
	return workloads.Matmul{M: 70, N: 90, K: 130, Type: d}
}

// preparedBLAS asks for a product and returns what the runner says of it.
func preparedBLAS(t *testing.T, w *Worker, d workloads.DType) Info {
	t.Helper()
	info, err := w.Prepare(t.Context(), "cpu", productBLAS(d), Options{})
	require.NoError(t, err)
	return info
}

// avx512 is whether a kernel without it is below this machine.
func avx512() bool {
	return cpuid.CPU.Supports(cpuid.AVX512F, cpuid.AVX512BW, cpuid.AVX512DQ, cpuid.AVX512VL)
}

func TestRealBLAS(t *testing.T) {
	for name, path := range map[string]string{"OpenBLAS": parts.OpenBLAS(t), "BLIS": parts.Debian(t, "libblis.so.4")} {
		for threads := 1; threads <= min(2, cpuThreads(0)); threads++ {
			w := startBLAS(t, path, threads)
			for _, d := range []workloads.DType{workloads.FP64, workloads.FP32} {
				require.NoError(t, drive(t.Context(), w, productBLAS(d)), "%s %s", name, d)
				info := preparedBLAS(t, w, d)
				require.Equal(t, threads, info.Threads, name)
				require.Regexp(t, name+` \d+\.\d+.* (core|arch) \w+.*: [sd]gemm_, which packs both operands at each call`, info.Kernel)
				require.Regexp(t, `^\d+\.\d+`, info.Libraries[name])
				require.GreaterOrEqual(t, info.Sets, 2)
				require.Positive(t, info.ItersHint)
			}
			about := w.About()
			require.Equal(t, path, about.Path)
			require.NotEmpty(t, about.Version)
			require.Contains(t, about.Kernel, name)
			require.Contains(t, about.Kernel, "threads "+strconv.Itoa(threads))
		}
	}
}

// What the user has set chooses the kernels; where they are below the machine, the
// row and the notes say so.
func TestBLASBelowTheMachine(t *testing.T) {
	for _, c := range []struct{ lib, variable, value, kernel, note string }{
		{parts.OpenBLAS(t), "OPENBLAS_CORETYPE", "Haswell", "core Haswell", "runs its Haswell kernels on a processor with AVX-512: OPENBLAS_CORETYPE is set to Haswell: unset it"},
		{parts.Debian(t, "libblis.so.4"), "BLIS_ARCH_TYPE", "25", "arch generic", "runs its generic kernels on a processor with AVX-512: BLIS_ARCH_TYPE is set to 25: unset it"},
	} {
		w := startBLAS(t, c.lib, 1, c.variable+"="+c.value)
		require.NoError(t, drive(t.Context(), w, productBLAS(workloads.FP32)))
		require.Contains(t, preparedBLAS(t, w, workloads.FP32).Kernel, c.kernel)
		_, err := w.Prepare(t.Context(), "cpu", productBLAS(workloads.FP32), Options{ISA: "avx2"})
		require.Equal(t, c.kernel == "core Haswell", err == nil, "what it runs may be asked for: %v", err)
		if avx512() {
			require.Contains(t, preparedBLAS(t, w, workloads.FP32).Kernel, c.kernel+", below this machine")
			require.Contains(t, w.About().Notes[0], c.note)
		}
	}
}

// A library that chose wrongly by itself is told of with what sets it right.
func TestBLASRemedy(t *testing.T) {
	if !avx512() {
		return // Haswell's kernels are right for this machine
	}
	w := startBLAS(t, standInBLAS(t, "OPENBLAS"), 1, "OPENBLAS_CORETYPE=")
	_, err := w.Devices(t.Context())
	require.NoError(t, err)
	require.Contains(t, w.About().Notes, "OpenBLAS 9.8.7 runs its Haswell kernels on a processor with AVX-512: set OPENBLAS_CORETYPE=SkylakeX")
}

// The extensions of MKL and of OpenBLAS, by stand-ins with their functions.
func TestBLASExtensions(t *testing.T) {
	for flag, types := range map[string][]workloads.DType{
		"MKL":      {workloads.FP64, workloads.FP32, workloads.BF16, workloads.INT8},
		"OPENBLAS": {workloads.FP64, workloads.FP32, workloads.BF16},
	} {
		w := startBLAS(t, standInBLAS(t, flag), 1)
		for _, d := range types {
			require.NoError(t, drive(t.Context(), w, productBLAS(d)), "%s %s", flag, d)
			require.Equal(t, 1, preparedBLAS(t, w, d).Threads)
		}
	}
}

// MKL names its kernels by the file that it loads them from at the first product.
func TestMKLOnAProcessorOfAnotherMaker(t *testing.T) {
	kernels := filepath.Join(t.TempDir(), "libmkl_def.so.9")
	require.NoError(t, os.Rename(standInBLAS(t), kernels))
	w := startBLAS(t, standInBLAS(t, "MKL", `KERNELS="`+kernels+`"`), 1)
	require.NoError(t, drive(t.Context(), w, productBLAS(workloads.FP32)))
	require.Contains(t, preparedBLAS(t, w, workloads.FP32).Kernel, "MKL 2099.1 libmkl_def")
	if avx512() {
		require.Equal(t, []string{"MKL 2099.1 runs its def kernels on a processor with AVX-512: MKL chooses by the processor's maker: take another library with --lib blas=PATH"}, w.About().Notes)
	}
}

// A library's own count stands in the row, also where it is not what was asked for.
func TestBLASThatIgnoresTheThreads(t *testing.T) {
	w := startBLAS(t, standInBLAS(t, "OPENBLAS", "THREADS=64"), 1)
	require.Equal(t, 64, func() int { _, _ = w.Devices(t.Context()); return preparedBLAS(t, w, workloads.FP32).Threads }())
}

func TestBLASThatPrints(t *testing.T) {
	w := startBLAS(t, standInBLAS(t, "OPENBLAS", "PRINTS"), 1)
	require.NoError(t, drive(t.Context(), w, productBLAS(workloads.FP32)))
	require.Contains(t, w.StderrTail(), "stand-in: a product")
}

func TestBLASThatExits(t *testing.T) {
	w := startBLAS(t, standInBLAS(t, "OPENBLAS", "EXITS"), 1)
	err := drive(t.Context(), w, productBLAS(workloads.FP32))
	require.ErrorIs(t, err, ErrFailed)
	require.ErrorContains(t, err, "3", "its exit status")
	require.True(t, w.Dead())
}

func TestBLASThatIsNarrow(t *testing.T) {
	for _, flag := range []string{"NARROW=13", "NARROW=16"} {
		w := startBLAS(t, standInBLAS(t, flag), 1)
		require.ErrorIs(t, drive(t.Context(), w, productBLAS(workloads.FP32)), errWrong, flag)
		require.NoError(t, drive(t.Context(), w, productBLAS(workloads.FP64)), flag)
	}
}

func TestBLASUnavailable(t *testing.T) {
	text := filepath.Join(t.TempDir(), "libtext.so")
	require.NoError(t, os.WriteFile(text, []byte("text"), 0o600))
	for lib, says := range map[string]string{
		"/absent/libx.so":                  "/absent/libx.so: not found: name an existing file with --lib blas=PATH",
		text:                               "is no shared library: name the .so file of the stack",
		standInBLAS(t, "OPENBLAS", "WIDE"): "takes 64-bit integers (ILP64)",
		"libm.so.6":                        "is no BLAS",
	} {
		_, err := startBLAS(t, lib, 1).Devices(t.Context())
		require.ErrorIs(t, err, ErrUnavailable, lib)
		require.ErrorContains(t, err, says)
	}
}

func TestBLASUnsupported(t *testing.T) {
	layer, err := workloads.Parse("layer/gpt2-small/decode/fp32/b=1/t=1/c=9")
	require.NoError(t, err)
	w := startBLAS(t, standInBLAS(t, "OPENBLAS"), 1)
	for _, c := range []struct {
		w    workloads.Workload
		o    Options
		says string
	}{
		{layer, Options{}, "products of matrices alone: choose the runner onednn or cpu"},
		{productBLAS(workloads.FP16), Options{}, "OpenBLAS 9.8.7 has no product of fp16 matrices"},
		{workloads.Matmul{M: 1e6, N: 1e6, K: 1e6, Type: workloads.FP64}, Options{}, "GiB free: take a smaller workload"},
		{productBLAS(workloads.FP32), Options{ISA: "neon"}, "chooses its instruction set when it is loaded (core Haswell), not neon: leave --isa out or set OPENBLAS_CORETYPE"},
	} {
		_, err := w.Prepare(t.Context(), "cpu", c.w, c.o)
		require.ErrorIs(t, err, ErrUnsupported)
		require.ErrorContains(t, err, c.says)
	}
	require.NoError(t, drive(t.Context(), w, productBLAS(workloads.FP32)), "the worker lives on")
}
