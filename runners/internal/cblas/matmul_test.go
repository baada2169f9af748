//go:build linux

package cblas

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/parts"
	"joulemark/workloads"
)

const seed = 11

// ratio runs a product for some iterations and compares the last with the float64
// reference.
func ratio(t *testing.T, l *Library, m workloads.Matmul) float64 {
	t.Helper()
	_, err := l.Plan(m)
	require.NoError(t, err)
	const sets, iterations = 3, 5
	task, err := l.New(m, Options{Seed: seed, Sets: sets, Threads: 2})
	require.NoError(t, err)
	for i := range iterations {
		require.NoError(t, task.Launch(i%sets))
	}
	require.NoError(t, task.Finish())
	c := workloads.NewChecker(seed)
	points := c.Points(m, 5)
	values, err := task.Values(points)
	require.NoError(t, err)
	r, err := c.Ratio(m, (iterations-1)%sets, points, values)
	require.NoError(t, err)
	require.NoError(t, task.Close())
	return r
}

// Unequal sides show an operand that was transposed, exchanged or misplaced.
var shapes = []workloads.Matmul{{M: 33, N: 65, K: 40}, {M: 64, N: 17, K: 130}, {M: 1, N: 1, K: 1}, {M: 1, N: 300, K: 7}, {M: 300, N: 1, K: 7}}

func TestProductsAreRight(t *testing.T) {
	wheel, openBLAS, mkl := parts.OpenBLAS(t), standIn(t, "OPENBLAS"), standIn(t, "MKL")
	for _, c := range []struct {
		path  string
		types []workloads.DType
	}{
		{wheel, []workloads.DType{workloads.FP64, workloads.FP32}},
		{openBLAS, []workloads.DType{workloads.FP64, workloads.FP32, workloads.BF16}},
		{mkl, []workloads.DType{workloads.FP32, workloads.BF16, workloads.INT8}},
	} {
		l := opened(t, c.path)
		for _, d := range c.types {
			for _, m := range shapes {
				m.Type = d
				require.LessOrEqual(t, ratio(t, l, m), 1.0, "%s by %s", m.Name(), l)
			}
			for _, f := range []workloads.Fill{workloads.Normal, workloads.Zeros, workloads.Integers} {
				m := workloads.Matmul{M: 20, N: 30, K: 40, Type: d, Fill: f}
				require.LessOrEqual(t, ratio(t, l, m), 1.0, "%s by %s", m.Name(), l)
			}
		}
	}
}

// A result of 16 bits that is rounded in parts, on several threads.
func TestLargeResultsAreRoundedWhole(t *testing.T) {
	for _, flag := range []string{"OPENBLAS", "MKL"} {
		require.LessOrEqual(t, ratio(t, opened(t, standIn(t, flag)), workloads.Matmul{M: 301, N: 307, K: 3, Type: workloads.BF16}), 1.0)
	}
	src, dst := []float32{1, 1 + 1.0/256, 1 + 3.0/256, -2.7182817, 0}, make([]uint16, 5)
	roundBF16(dst, src)
	for i, v := range src {
		require.Equal(t, workloads.Round(workloads.BF16, float64(v)), float64(workloads.BF16Float(dst[i])))
	}
}

// Libraries that compute in less than they say.
func TestNarrowProductsAreFound(t *testing.T) {
	for _, flag := range []string{"NARROW=13", "NARROW=16"} { // as TF32, as bf16
		l := opened(t, standIn(t, flag))
		for _, k := range []int{256, 1024, 4096, 16384} {
			m := workloads.Matmul{M: 16, N: 16, K: k, Type: workloads.FP32}
			require.Greater(t, ratio(t, l, m), 1.0, "%s, K = %d", flag, k)
			m.Type = workloads.FP64
			require.LessOrEqual(t, ratio(t, l, m), 1.0, "dgemm_ is whole")
		}
	}
}

func TestPlanRefuses(t *testing.T) {
	plain, mkl := opened(t, standIn(t)), opened(t, standIn(t, "MKL"))
	layer, err := workloads.Parse("layer/gpt2-small/decode/fp32/b=1/t=1/c=9")
	require.NoError(t, err)
	small := func(d workloads.DType) workloads.Matmul { return workloads.Matmul{M: 2, N: 2, K: 2, Type: d} }
	for _, c := range []struct {
		l    *Library
		w    workloads.Workload
		says string
	}{
		{plain, layer, "products of matrices alone: choose the runner onednn or cpu"},
		{plain, workloads.Matmul{M: 2, N: 2, K: 4, Type: workloads.FP32, Sparsity: "2:4"}, "no sparsity 2:4: leave it out"},
		{plain, workloads.Matmul{M: 2, N: 2, K: 4, Type: workloads.FP32, Pack: workloads.PackPrepare}, "packs at each call here: choose pack=call"},
		{plain, small(workloads.BF16), "libstandin unknown has no product of bf16 matrices: choose the runner onednn"},
		{plain, small(workloads.INT8), "no product of int8"},
		{mkl, small(workloads.TF32), "MKL 2099.1 has no product of tf32"},
		{mkl, small(workloads.FP16), "no product of fp16"},
		{mkl, small(workloads.FP8E4M3), "no product of fp8_e4m3"},
		{mkl, small(workloads.INT4), "no product of int4"},
		{opened(t, standIn(t, "OPENBLAS", "cblas_sbstobf16=other")), small(workloads.BF16), "no product of bf16"},
		{opened(t, standIn(t, "MKL", "SATURATES")), small(workloads.INT8), "no exact product of int8 on this processor (element 0 is"},
		{opened(t, standIn(t, "MKL", "FLOATS")), small(workloads.INT8), "no exact product of int8"},
	} {
		_, err := c.l.Plan(c.w)
		require.ErrorContains(t, err, c.says)
	}
}

func TestPlanCountsTheMemory(t *testing.T) {
	for flag, want := range map[string]map[workloads.DType]Need{
		"MKL": {
			workloads.FP64: {SetBytes: 10*30*8 + 30*20*8 + 32, RestBytes: 10 * 20 * 8}, // 2400 is rounded up to whole lines
			workloads.FP32: {SetBytes: 1216 + 2432, RestBytes: 832},
			workloads.BF16: {SetBytes: 640 + 1216, RestBytes: 448 + 832}, // and the fp32 sums
			workloads.INT8: {SetBytes: 320 + 640, RestBytes: 832},
		},
	} {
		l := opened(t, standIn(t, flag))
		for d, need := range want {
			got, err := l.Plan(workloads.Matmul{M: 10, N: 20, K: 30, Type: d})
			require.NoError(t, err)
			require.Equal(t, need, got, d)
		}
	}
}

func TestKernelSaysWhatAnIterationDoes(t *testing.T) {
	l := opened(t, standIn(t, "MKL"))
	for d, words := range map[workloads.DType]string{
		workloads.FP32: "MKL 2099.1: sgemm_, which packs both operands at each call",
		workloads.BF16: "rounded to bf16 by Joulemark, timed",
		workloads.INT8: "A was stored with 128 added and has the offset -128",
	} {
		task, err := l.New(workloads.Matmul{M: 2, N: 2, K: 2, Type: d}, Options{Sets: 2, Threads: 1})
		require.NoError(t, err)
		require.Contains(t, task.Kernel(), words)
		require.Less(t, len(task.Kernel()), 300)
		require.NoError(t, task.Close())
	}
}

// The collector rests during a window: what an iteration leaves behind adds up.
func TestIterationsMakeNoGarbage(t *testing.T) {
	for _, c := range []struct {
		flag string
		d    workloads.DType
	}{{"OPENBLAS", workloads.FP64}, {"OPENBLAS", workloads.FP32}, {"OPENBLAS", workloads.BF16}, {"MKL", workloads.BF16}, {"MKL", workloads.INT8}} {
		task, err := opened(t, standIn(t, c.flag)).New(workloads.Matmul{M: 9, N: 9, K: 9, Type: c.d}, Options{Sets: 2, Threads: 2})
		require.NoError(t, err)
		garbage := testing.AllocsPerRun(100, func() { _ = task.Launch(1) })
		require.True(t, garbage == 0 || parts.RaceDetector, "%s: %g allocations", c.d, garbage)
		require.NoError(t, task.Close())
	}
}

func TestMatricesBeginACacheLine(t *testing.T) {
	task, err := opened(t, standIn(t)).New(workloads.Matmul{M: 3, N: 5, K: 7, Type: workloads.FP64}, Options{Sets: 5})
	require.NoError(t, err)
	defer func() { require.NoError(t, task.Close()) }()
	require.Zero(t, uintptr(unsafe.Pointer(&task.out[0]))%lineBytes)
	for set := range 5 {
		a, b := task.operands.at(set)
		require.Zero(t, uintptr(a)%lineBytes)
		require.Zero(t, uintptr(b)%lineBytes)
	}
}

func TestOperandsAreTheGenerators(t *testing.T) {
	m := workloads.Matmul{M: 300, N: 3, K: 400, Type: workloads.FP32} // A is more than one part
	task, err := opened(t, standIn(t)).New(m, Options{Seed: seed, Sets: 2})
	require.NoError(t, err)
	defer func() { require.NoError(t, task.Close()) }()
	for i, tensor := range workloads.Tensors(m) {
		for set := range 2 {
			from := int64(set)*task.operands.setBytes + int64(i)*task.operands.bAt
			stored := tensor.Stored(seed, set)
			require.Equal(t, stored, task.operands.bytes[from:from+int64(len(stored))])
		}
	}
}
