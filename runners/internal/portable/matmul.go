package portable

import (
	"fmt"

	"joulemark/runners/internal/engine"
	"joulemark/workloads"
)

// buildMatmul makes C[M,N] = A[M,K] B[K,N] one step. fp64, fp32 and tf32 are summed
// as they are; the narrower floats and int4 times its scales are expanded to fp32
// and rounded once when stored; int8 is expanded to fp64, in which every sum that
// fits int32 is exact.
func buildMatmul(a *engine.Arena, m workloads.Matmul, o engine.Options) (*engine.Program, error) {
	if m.Sparsity != "" {
		return nil, fmt.Errorf("%w: sparsity %s; it does dense matmul", ErrUnsupported, m.Sparsity)
	}
	if m.Pack == workloads.PackPrepare {
		return nil, fmt.Errorf("%w: pack=prepare; it reads B row-major as it lies", ErrUnsupported)
	}
	return builders[m.Type](a, m, o), nil
}

// builders has every type that a matmul can have.
var builders = map[workloads.DType]func(*engine.Arena, workloads.Matmul, engine.Options) *engine.Program{
	workloads.FP64:    formatFP64.task,
	workloads.FP32:    formatFP32.task,
	workloads.TF32:    formatTF32.task,
	workloads.FP16:    formatFP16.task,
	workloads.BF16:    formatBF16.task,
	workloads.FP8E4M3: formatE4M3.task,
	workloads.FP8E5M2: formatE5M2.task,
	workloads.INT8:    formatInt8.task,
	workloads.INT4:    int4Task,
}

// A format is what matmuls of different types differ in: operands are stored as
// E, summed in T, and results stored as C.
type format[T Float, E, C engine.Element] struct {
	rows func(stride int) (Rows[T], *[]E)
	fill engine.Generator[E]
	result[T, C]
}

// A result is how sums are made and stored.
type result[T Float, C engine.Element] struct {
	sums   string
	narrow func(T) C
	value  func(C) float64
}

var (
	fp32Result = result[float32, float32]{"fp32 sums", same[float32], widen}
	bf16Result = result[float32, uint16]{"fp32 sums, bf16 result", bf16.bits, func(c uint16) float64 { return widen(bf16.value(c)) }}
	fp16Result = result[float32, uint16]{"fp32 sums, fp16 result", fp16.bits, func(c uint16) float64 { return widen(fp16.value(c)) }}

	formatFP64 = format[float64, float64, float64]{denseRows[float64], workloads.Tensor.FillF64, result[float64, float64]{"fp64 sums", same[float64], same[float64]}}
	formatFP32 = format[float32, float32, float32]{denseRows[float32], workloads.Tensor.FillF32, fp32Result}
	formatTF32 = format[float32, float32, float32]{denseRows[float32], workloads.Tensor.FillF32, fp32Result.of("tf32 kept as fp32, ")}
	formatFP16 = format[float32, uint16, uint16]{fp16.rows, fp16.fill, fp16Result.of("fp16 expanded to fp32, ")}
	formatBF16 = format[float32, uint16, uint16]{bf16.rows, bf16.fill, bf16Result.of("bf16 expanded to fp32, ")}
	formatE4M3 = format[float32, byte, uint16]{e4m3.rows, workloads.Tensor.FillBytes, bf16Result.of("fp8_e4m3 expanded to fp32, ")}
	formatE5M2 = format[float32, byte, uint16]{e5m2.rows, workloads.Tensor.FillBytes, bf16Result.of("fp8_e5m2 expanded to fp32, ")}
	formatInt8 = format[float64, int8, int32]{int8Rows, workloads.Tensor.FillI8, result[float64, int32]{
		"int8 expanded to exact fp64 sums", func(v float64) int32 { return int32(v) }, func(c int32) float64 { return float64(c) },
	}}
)

func same[T any](v T) T       { return v }
func widen(v float32) float64 { return float64(v) }
func (r result[T, C]) of(operands string) result[T, C] {
	r.sums = operands + r.sums
	return r
}

func (f format[T, E, C]) task(a *engine.Arena, m workloads.Matmul, o engine.Options) *engine.Program {
	tensors := workloads.Tensors(m)
	left, leftData := f.rows(m.K)
	right, rightData := f.rows(m.N)
	return f.product(a, m, o, left, right,
		engine.Rotate(a, tensors[0], o.Seed, leftData, f.fill),
		engine.Rotate(a, tensors[1], o.Seed, rightData, f.fill))
}

// int4Task multiplies bf16 with weights of four bits.
func int4Task(a *engine.Arena, m workloads.Matmul, o engine.Options) *engine.Program {
	tensors := workloads.Tensors(m)
	left, leftData := bf16.rows(m.K)
	right := &Int4{Stride: m.N}
	return bf16Result.of("int4 one a byte, times its scales expanded to fp32, ").product(a, m, o, left, right,
		engine.Rotate(a, tensors[0], o.Seed, leftData, bf16.fill),
		engine.Rotate(a, tensors[1], o.Seed, &right.Data, workloads.Tensor.FillI8),
		engine.Rotate(a, tensors[2], o.Seed, &right.Scales, bf16.fill))
}

// product is the task of A B.
func (r result[T, C]) product(a *engine.Arena, m workloads.Matmul, o engine.Options, left, right Rows[T], operands ...engine.Operand) *engine.Program {
	out := engine.Alloc[C](a, m.M*m.N)
	p := &Product[T]{M: m.M, N: m.N, K: m.K, A: left, B: right, Store: func(i, lo int, v []T) {
		row := out[i*m.N+lo:][:len(v)]
		for j, sum := range v {
			row[j] = r.narrow(sum)
		}
	}}
	return &engine.Program{
		Operands: operands,
		Steps:    []engine.Step{p.Step(a, "matmul", o.Threads)},
		Outputs:  int64(m.M) * int64(m.N),
		Value:    func(i int64) float64 { return r.value(out[i]) },
		Kernel:   kernelName(r.sums),
	}
}
