package stablehlo

import (
	"fmt"
	"slices"

	"joulemark/workloads"
)

// arithmetic is how a product of matrices computes.
type arithmetic int

const (
	// native multiplies operands as they are: types of 16 bits and less, whose
	// products fp32 holds exactly, and integers.
	native arithmetic = iota
	// exact forbids an accelerator to round fp32 operands to TF32 or bf16, and to add
	// products of fp8 in less than fp32: XLA switches cublasLt's fast accumulation
	// on for fp8 at the precision DEFAULT (IsFastAccumEnabled in its cuda_blas_lt.cc).
	exact
	// tf32 asks for TF32 by its name: DEFAULT means it on NVIDIA's GPUs only, and bf16
	// on TPUs. A plugin that has no TF32 refuses, or computes in fp32, which is wider.
	tf32
)

// attributes is the clause of dot_general.
func (a arithmetic) attributes() string {
	switch a {
	case exact:
		return "precision = [HIGHEST, HIGHEST]"
	case tf32:
		return "precision = [DEFAULT, DEFAULT], algorithm = <lhs_precision_type = tf32, rhs_precision_type = tf32, accumulation_type = f32, " +
			"lhs_component_count = 1, rhs_component_count = 1, num_primitive_operations = 1, allow_imprecise_accumulation = false>"
	}
	return "precision = [DEFAULT, DEFAULT]"
}

// arithmeticOf is how operands of a declared type are multiplied.
func arithmeticOf(d workloads.DType) arithmetic {
	switch d {
	case workloads.FP64, workloads.FP32, workloads.FP8E4M3, workloads.FP8E5M2:
		return exact
	case workloads.TF32:
		return tf32
	}
	return native
}

// A product says which dimensions of both operands are paired (batch), which are
// summed over, and how. The element type of the result is out: sums are taken in
// fp32 (wider for f64) and rounded to it once.
type product struct {
	batch       int // this many leading dimensions of both
	left, right int // the dimensions summed over
	how         arithmetic
	out         string
}

// dot has the batch dimensions first, then the free ones of x, then those of y.
func (b *builder) dot(x, y value, p product) value {
	shape := slices.Clone(x.shape[:p.batch])
	shape = append(shape, slices.Delete(slices.Clone(x.shape), p.left, p.left+1)[p.batch:]...)
	shape = append(shape, slices.Delete(slices.Clone(y.shape), p.right, p.right+1)[p.batch:]...)
	return b.emit(shape, p.out, "dot_general %s, %s, %scontracting_dims = [%d] x [%d], %s : (%s, %s) -> %s",
		x.name, y.name, batching(p.batch), p.left, p.right, p.how.attributes(), x.typ(), y.typ(), tensorType(shape, p.out))
}

func batching(n int) string {
	if n == 0 {
		return ""
	}
	dims := make([]int, n)
	for i := range dims {
		dims[i] = i
	}
	return fmt.Sprintf("batching_dims = [%s] x [%[1]s], ", list(dims))
}

// rowsDot is dot for an x whose free dimension is its last but one. A single row of
// bf16 is given twice and one result dropped: XLA on CPUs otherwise writes the whole
// of y in f32 before each product of one row, which takes six times as long (2048 x
// 8192, AVX-512). Elsewhere memory traffic decides, and it is the same.
func (b *builder) rowsDot(x, y value, p product) value {
	rows := len(x.shape) - 2
	if x.element != "bf16" || x.shape[rows] != 1 {
		return b.dot(x, y, p)
	}
	return b.slice(b.dot(b.joined(rows, x, x), y, p), rows, 0, 1)
}
