// Package vector has the row operations around matrix products: norms, softmax,
// activations, rotary positions, conversions, quantisation. One table of functions
// an instruction set; the plain Go table is what the others are tested against and
// what runs where there is no other.
package vector

import "joulemark/runners/internal/isa"

// Ops are the operations of one instruction set. Slices of one call that are not
// said to differ have the same length, which may be any, 0 too; alignment is that of
// an element; nothing is read or written outside them. None allocates.
// Float results are within a few ulp of the formula unless said; NaN stays NaN.
type Ops struct {
	Name string // of the instruction set

	ToBF16    func(dst []uint16, src []float32) // rounded to nearest even
	FromBF16  func(dst []float32, src []uint16) // exact
	RoundBF16 func(x []float32)                 // each to the nearest bf16, kept as fp32
	ToFP16    func(dst []uint16, src []float32) // rounded to nearest even; infinity beyond the largest
	FromFP16  func(dst []float32, src []uint16) // exact
	RoundFP16 func(x []float32)                 // each to the nearest fp16, kept as fp32
	Add       func(y, x []float32)              // y += x
	AddBF16   func(y []float32, x []uint16)     // y += x
	Scale     func(y []float32, s float32)      // y *= s

	// Activations. Where exp(-|x|) inside would be below e^-87 they give 0 of the sign
	// of the result, which is then below 2e-36. Largest relative errors, in units of
	// 2^-24, held by tests over all exponents: GELUErf 8, SiLU 5, GELUTanh 3 (1 + |2z|)
	// with z what tanh is taken of: 205 at -10, where the result is 2e-36.
	GELUTanh func(y []float32)       // y = 0.5 y (1 + tanh(sqrt(2/pi) (y + 0.044715 y^3)))
	GELUErf  func(y []float32)       // y = 0.5 y (1 + erf(y / sqrt 2))
	MulSiLU  func(y, gate []float32) // y *= gate / (1 + exp(-gate))

	// Norms read a row once from memory; statistics as accurate as two passes.
	// dst may be x.
	LayerNorm func(dst, x, gain, bias []float32, eps float32)
	RMSNorm   func(dst, x, gain []float32, eps float32)

	// Rotate turns pairs: low, high = low cos - high sin, low sin + high cos.
	Rotate func(low, high, cos, sin []float32)

	// Max is the largest of scores, -Inf for none. It passes over NaN, which ExpSum
	// then shows.
	Max func(scores []float32) float32
	// ExpSum replaces scores by exp(scale*scores - top) and returns their sum. A
	// difference below -87 gives 0, one above 88 counts as 88. A top of -Inf, which
	// is that of a row with nothing but masked scores, counts as 0: weights and sum
	// are then 0, and it is for the caller not to divide by that. NaN stays NaN.
	ExpSum func(scores []float32, scale, top float32) float32
	// ExpSumBF16 is the same, but writes the weights rounded to bf16 and sums the
	// rounded ones.
	ExpSumBF16 func(dst []uint16, scores []float32, scale, top float32) float32

	// Scores of the queries that share the keys of one head: q holds them one after
	// the other, len(q)/queries elements each, and so do keys. dst is a row of
	// len(dst)/queries scores for each query. All queries share one pass over the
	// keys, for the memory's rate is what counts; 1, 2, 4 and 8 are fastest.
	Scores     func(dst, q, keys []float32, queries int)
	ScoresBF16 func(dst, q []float32, keys []uint16, queries int)
	// Gather adds to each query's row of y the sum of the values times its row of
	// weights. Rows lie as in Scores: y as q, weights as dst, values as keys.
	Gather     func(y, weights, values []float32, queries int)
	GatherBF16 func(y, weights []float32, values []uint16, queries int)

	// Uniform makes elements of fill uniform and offset 0 as package workloads defines them,
	// bit by bit the same: Tensor.UniformStart gives state and scale.
	Uniform func(dst []float32, state uint64, scale float64)

	AbsMax func(x []float32) float32 // largest magnitude, 0 for none, NaN if one is NaN
	// Quantize is dst = round(x * inverse) + 128, to nearest even, clamped to 1…255;
	// NaN gives 1.
	Quantize func(dst []uint8, x []float32, inverse float32)
	// Dequantize is dst = sums * scale * columns (int8 products: scale of the token,
	// scales of the output columns).
	Dequantize func(dst []float32, sums []int32, scale float32, columns []float32)
}

// tables holds the operations by name of the instruction set, with withBF16 behind it
// where they need what isa.Set.BF16 says; a file of each set adds its own in init.
var tables = map[string]*Ops{}

const withBF16 = "+bf16"

// For gives the operations of a set: plain Go where it has none of its own.
func For(s isa.Set) *Ops {
	if ops := tables[s.Name+withBF16]; ops != nil && s.BF16 {
		return ops
	}
	if ops := tables[s.Name]; ops != nil {
		return ops
	}
	return tables[isa.Portable]
}
