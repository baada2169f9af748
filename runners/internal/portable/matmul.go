package portable

import (
	"fmt"

	"joulemark/workloads"
)

// buildMatmul makes C[M,N] = A[M,K] B[K,N] one step. fp64 and fp32 are summed as
// they are; bf16 is expanded to fp32 and rounded once when stored; int8 is
// expanded to fp64, in which every sum that fits int32 is exact.
func buildMatmul(a *arena, m workloads.Matmul, o Options) (*Task, error) {
	if m.Sparsity != "" {
		return nil, fmt.Errorf("%w: sparsity %s; it does dense matmul", ErrUnsupported, m.Sparsity)
	}
	switch m.Type {
	case workloads.FP64:
		return formatFP64.task(a, m, o), nil
	case workloads.FP32:
		return formatFP32.task(a, m, o), nil
	case workloads.BF16:
		return formatBF16.task(a, m, o), nil
	case workloads.INT8:
		return formatInt8.task(a, m, o), nil
	}
	return nil, fmt.Errorf("%w: matmul in %s; it does fp64, fp32, bf16 and int8", ErrUnsupported, m.Type)
}

// A format is what matmuls of different types differ in: operands are stored as
// E, summed in T, and results stored as C.
type format[T Float, E, C any] struct {
	sums   string
	rows   func(stride int) (Rows[T], *[]E)
	fill   generator[E]
	narrow func(T) C
	value  func(C) float64
}

var (
	formatFP64 = format[float64, float64, float64]{
		sums: "fp64 sums", rows: denseRows[float64], fill: workloads.Tensor.FillF64,
		narrow: func(v float64) float64 { return v }, value: func(c float64) float64 { return c },
	}
	formatFP32 = format[float32, float32, float32]{
		sums: "fp32 sums", rows: denseRows[float32], fill: workloads.Tensor.FillF32,
		narrow: func(v float32) float32 { return v }, value: func(c float32) float64 { return float64(c) },
	}
	formatBF16 = format[float32, uint16, uint16]{
		sums: "bf16 expanded to fp32 sums", rows: bf16Rows, fill: workloads.Tensor.FillBF16,
		narrow: workloads.BF16Bits, value: func(c uint16) float64 { return float64(workloads.BF16Float(c)) },
	}
	formatInt8 = format[float64, int8, int32]{
		sums: "int8 expanded to exact fp64 sums", rows: int8Rows, fill: workloads.Tensor.FillI8,
		narrow: func(v float64) int32 { return int32(v) }, value: func(c int32) float64 { return float64(c) },
	}
)

func (f format[T, E, C]) task(a *arena, m workloads.Matmul, o Options) *Task {
	tensors := workloads.Tensors(m)
	left, leftData := f.rows(m.K)
	right, rightData := f.rows(m.N)
	out := alloc[C](a, m.M*m.N)
	p := &Product[T]{M: m.M, N: m.N, K: m.K, A: left, B: right, Store: func(i, lo int, v []T) {
		row := out[i*m.N+lo:][:len(v)]
		for j, sum := range v {
			row[j] = f.narrow(sum)
		}
	}}
	return &Task{
		operands: []operand{
			rotate(a, tensors[0], o.Seed, leftData, f.fill),
			rotate(a, tensors[1], o.Seed, rightData, f.fill),
		},
		steps:   []Step{p.Step(a, "matmul", o.Threads)},
		outputs: int64(m.M) * int64(m.N),
		value:   func(i int64) float64 { return f.value(out[i]) },
		kernel:  kernelName(f.sums),
	}
}
