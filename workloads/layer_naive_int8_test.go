package workloads

import (
	"math"
)

// An int8Cheat changes one thing of how a layer of int8 multiplies. The zero value is
// honest.
type int8Cheat struct {
	early       bool    // honest still: quantises what is not yet rounded to bf16
	reciprocal  bool    // honest still: multiplies by 1 / sigma
	exactRows   bool    // the definition without its rounding: rows are not quantised
	levels      float64 // largest magnitude of a quantised row; 0 = 127
	whole       bool    // one sigma for all rows
	truncate    bool    // steps cut off instead of rounded
	weightSteps float64 // weights in multiples of this; 0 = 1
	column      int     // scales of so many columns later
	noScales    bool
	only        string // the one weight that is cheated; "" = all
}

// int8Product is the sums of x[rows,in] times int8 weights, times what they stand for.
func (n naive[T]) int8Product(x []T, in int, w []T, weight string) []T {
	cheat := n.cheat.int8
	if cheat.only != "" && cheat.only != weight {
		cheat = int8Cheat{early: cheat.early, exactRows: cheat.exactRows}
	}
	scales, width := n.columnScales(weight, cheat), len(w)/in
	sigmas := cheat.sigmas(toFloat64(x), in)
	out := make([]T, len(x)/in*width)
	for r := range len(x) / in {
		sigma, sums := T(sigmas[r]), make([]float64, width) // sums of whole numbers are exact
		for k := range in {
			q := float64(quantum(cheat, x[r*in+k], sigma))
			for c, v := range w[k*width : (k+1)*width] {
				sums[c] += q * cheat.weight(float64(v))
			}
		}
		if cheat.exactRows {
			sigma = 1
		}
		for c, sum := range sums {
			out[r*width+c] = T(sum) * sigma * scales[c]
		}
	}
	return out
}

// quantum is one element of a quantised row.
func quantum[T float32 | float64](c int8Cheat, x, sigma T) T {
	switch {
	case c.exactRows || sigma == 0:
		return x
	case c.truncate:
		return T(math.Trunc(float64(x / sigma)))
	case c.reciprocal:
		return T(math.RoundToEven(float64(x * (1 / sigma))))
	}
	return T(math.RoundToEven(float64(x / sigma)))
}

func (c int8Cheat) weight(w float64) float64 {
	if c.weightSteps == 0 {
		return w
	}
	return math.RoundToEven(w/c.weightSteps) * c.weightSteps
}

// sigmas is the step of each row.
func (c int8Cheat) sigmas(x []float64, in int) []float64 {
	levels := c.levels
	if levels == 0 {
		levels = 127
	}
	all, sigmas := 0.0, make([]float64, len(x)/in)
	for i, v := range x {
		all = max(all, math.Abs(v)/levels)
		sigmas[i/in] = max(sigmas[i/in], math.Abs(v)/levels)
	}
	for r := range sigmas {
		if c.whole {
			sigmas[r] = all
		}
	}
	return sigmas
}

// columnScales is what the sums of each column are multiplied with.
func (n naive[T]) columnScales(weight string, c int8Cheat) []T {
	scales, shift := n.tensor(weight+"_scale"), 0
	for _, t := range Tensors(n.Layer) {
		if t.Name == weight {
			shift = t.Shift
		}
	}
	out := make([]T, len(scales))
	for j := range out {
		out[j] = scales[(j+c.column)%len(scales)]
		if c.noScales {
			out[j] = 1
		}
		out[j] *= T(math.Ldexp(1, -shift))
	}
	return out
}

func toFloat64[T float32 | float64](x []T) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}
