package stablehlo

import (
	"errors"

	"joulemark/workloads"
)

// Matmul is the program of C[M,N] = A[M,K] B[K,N] in every type. The error says why
// there is none.
func Matmul(m workloads.Matmul) (Program, error) {
	if err := check(m, m.Sparsity, ""); err != nil {
		return Program{}, err
	}
	if m.Pack == workloads.PackPrepare {
		return Program{}, errors.New("no program for pack=prepare: a program's arguments are row-major, so choose pack=call")
	}
	m = m.WithDefaults()
	tensors := workloads.Tensors(m)
	var b builder
	c := b.matmul(m, arguments(tensors))
	return Program{Text: b.module(tensors, nil, c), Inputs: tensors, Output: m.Type.Out(), OutputShape: []int{m.M, m.N}}, nil
}

func (b *builder) matmul(m workloads.Matmul, args map[string]value) value {
	p := product{left: 1, right: 0, how: arithmeticOf(m.Type), out: elements[m.Type.Out()]}
	switch m.Type {
	case workloads.FP8E4M3, workloads.FP8E5M2:
		return b.fp8(args["a"], args["b"], p)
	case workloads.INT4:
		return b.rowsDot(args["a"], b.dequantised(args["b"], args["b_scale"]), p)
	}
	return b.rowsDot(args["a"], args["b"], p)
}

// fp8 converts the operands to bf16, which holds them exactly, and multiplies those.
// XLA rewrites just this pattern to cublasLt's fp8 product, and runs in bf16 what the
// device cannot (MatchFp8Param and its tests in XLA's gemm_rewriter.cc). cublasLt
// multiplies no two e5m2 (CUDA documentation, cublasLtMatmul): that type runs in bf16
// on NVIDIA's GPUs, as the names in the optimized program show.
func (b *builder) fp8(x, y value, p product) value {
	return b.dot(b.convert(x, "bf16"), b.convert(y, "bf16"), p)
}

// dequantised are int4 weights [K,N] times the scale of their group of 128 rows, in
// bf16. The argument is i4, so that a host gives one element a byte, the plugin packs
// two in one, and an iteration reads half a byte each. What it writes of bf16 before
// the product, if it does, is the compiler's doing. i8 stands between because XLA's
// CPU compiler refuses the conversion of an i4 argument to bf16.
func (b *builder) dequantised(weights, scale value) value {
	k, n, groups := weights.shape[0], weights.shape[1], scale.shape[0]
	scales := b.reshape(b.spread(scale, []int{groups, workloads.Int4Group, n}, 0, 2), groups*workloads.Int4Group, n)
	wide := b.convert(b.convert(weights, "i8"), "bf16")
	return b.binary("multiply", wide, b.slice(scales, 0, 0, k))
}
