package portable

import (
	"math"

	"joulemark/runners/internal/engine"
	"joulemark/workloads"
)

// quantisedRows are what the projections of an int8 layer work in, one after the other.
type quantisedRows struct {
	q      []int8          // rows of the input in whole steps
	sigma  []float32       // the step of each row
	result *Dense[float32] // products before their epilogue
}

func newQuantisedRows(a *engine.Arena, rows, longestInput, longestResult int) quantisedRows {
	return quantisedRows{engine.Alloc[int8](a, rows*longestInput), engine.Alloc[float32](a, rows), table(a, rows, longestResult)}
}

// projectInt8 quantises the rows of in, multiplies them by a weight with exact sums,
// and hands the products, times the row's step and the column's scale, to store.
func (b *layer) projectInt8(weight string, in *Dense[float32], store Store[float32]) []engine.Step {
	t, scale := b.tensors[weight], b.vector(weight+"_scale")
	k, n := t.Shape[0], t.Shape[1]
	w, rows := &Int8{Stride: n}, &Int8{Data: b.quantised.q, Stride: k}
	b.operands = append(b.operands, engine.Rotate(b.arena, t, b.seed, &w.Data, workloads.Tensor.FillI8))
	unit := float32(math.Ldexp(1, -t.Shift))
	p := &Product[float64]{M: b.rows, K: k, N: n, A: rows, B: w, Store: func(i, lo int, sums []float64) {
		v := b.quantised.result.Row(i, lo, lo+len(sums), nil)
		step := b.quantised.sigma[i] * unit
		for j, s := range (*scale)[lo : lo+len(v)] {
			v[j] = float32(sums[j]) * step * s
		}
		store(i, lo, v)
	}}
	inSteps := b.rowStep("quantise", func(_, i int) {
		b.quantised.sigma[i] = quantise(rows.Data[i*k:(i+1)*k], in.Row(i, 0, k, nil))
	})
	return []engine.Step{inSteps, p.Step(b.arena, weight, b.workers)}
}

// quantise rounds x to whole steps, ties to even, and returns the step: 1/127 of the
// largest magnitude, so that dst is in -127…127. A row of zeros has the step 0.
func quantise(dst []int8, x []float32) float32 {
	top := float32(0)
	for _, v := range x {
		top = max(top, max(v, -v))
	}
	sigma := top / 127
	if sigma == 0 {
		clear(dst)
		return 0
	}
	for j, v := range x {
		dst[j] = int8(math.RoundToEven(float64(v / sigma)))
	}
	return sigma
}
