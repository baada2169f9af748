package workloads

import "math"

// maxQuantised is the largest magnitude of a quantised activation.
const maxQuantised = 127

// quantise gives the rounded lane the values that int8 activations stand for: each
// row in steps of its own largest magnitude over 127. A runner that quantises before
// it has rounded to bf16 makes other single errors of the same size.
func (m lanes) quantise() lanes {
	parallel(m.rows, func(i int) { quantise(m.both(i)[1], maxQuantised) })
	return m
}

// quantise rounds a row to whole steps, ties to even: `most` of them, either way, to
// its largest magnitude.
func quantise(row []float64, most float64) {
	top := 0.0
	for _, x := range row {
		top = max(top, math.Abs(x))
	}
	if top == 0 {
		return
	}
	step := top / most
	for j, x := range row {
		row[j] = math.RoundToEven(x/step) * step
	}
}

// columnScales is what the sums of an int8 weight's columns are multiplied with.
func (r reference) columnScales(weight int) []float64 {
	scales := r.vector(scaleOf[weight])
	for j := range scales {
		scales[j] = math.Ldexp(scales[j], -r.tensors[weight].Shift)
	}
	return scales
}

// scaleColumns multiplies column j of both lanes by scales[j].
func (m lanes) scaleColumns(scales []float64) {
	m.each(func(row []float64, _ int) {
		for j := range row {
			row[j] *= scales[j]
		}
	})
}
