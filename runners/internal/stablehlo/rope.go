package stablehlo

import (
	"fmt"
	"math"

	"joulemark/workloads"
)

const (
	// fineTokens is the length of the finer of the two tables of angles.
	fineTokens = 64
	// mostAngles bounds both tables together: 64 MiB of text, a million tokens with
	// heads of 512.
	mostAngles = 1 << 22
)

// tableLengths are the rows of the two tables.
func tableLengths(tokens int) (fine, coarse int) {
	return min(tokens, fineTokens), (tokens + fineTokens - 1) / fineTokens
}

// checkAngles refuses tables that are too long for the text of a program.
func checkAngles(l workloads.Layer) error {
	fine, coarse := tableLengths(l.Tokens)
	if l.RopeTheta > 0 && (fine+coarse)*(l.HeadDim/2) > mostAngles {
		return fmt.Errorf("no program for rotary positions of %d tokens in heads of %d: use fewer tokens or a smaller head_dim", l.Tokens, l.HeadDim)
	}
	return nil
}

// rotated turns all heads of x [rows, Q+P] by the angles of their tokens: element j
// of a head is paired with element j + HeadDim/2, and
//
//	(a, b) becomes (a cos - b sin, b cos + a sin)
//
// which is x cos + swapped(x) (-sin, sin).
func (w *writer) rotated(x value) value {
	half := w.HeadDim / 2
	whole := []int{w.Batch, w.Tokens, w.Heads + w.KVHeads, 2, half}
	pairs := w.reshape(x, whole...)
	swapped := w.emit(whole, "f32", "reverse %s, dims = [3] : %s", pairs.name, pairs.typ())
	cos, sin := w.angles()
	signs := w.table([]float32{-1, 1}, 2)
	signed := w.binary("multiply", w.spread(sin, whole, 1, 4), w.spread(signs, whole, 3))
	y := w.binary("add", w.binary("multiply", pairs, w.spread(cos, whole, 1, 4)), w.binary("multiply", swapped, signed))
	return w.reshape(y, x.shape...)
}

// angles are cosine and sine of position x theta^(-2j/HeadDim), [Tokens, HeadDim/2].
// The product of a far position and a frequency has lost its fraction in f32, so
// both are tables made in fp64: of every 64th token and of the 64 that follow one,
// joined by the theorem of addition, which keeps the text short.
func (w *writer) angles() (cos, sin value) {
	fine, coarse := tableLengths(w.Tokens)
	first := w.Context
	if w.Phase == workloads.Decode {
		first--
	}
	if coarse == 1 {
		return w.turns(fine, first, 1)
	}
	shape := []int{coarse, fine, w.HeadDim / 2}
	a, b := w.turns(coarse, first, fineTokens)
	c, d := w.turns(fine, 0, 1)
	a, b = w.spread(a, shape, 0, 2), w.spread(b, shape, 0, 2)
	c, d = w.spread(c, shape, 1, 2), w.spread(d, shape, 1, 2)
	cos = w.binary("subtract", w.binary("multiply", a, c), w.binary("multiply", b, d))
	sin = w.binary("add", w.binary("multiply", b, c), w.binary("multiply", a, d))
	cos, sin = w.reshape(cos, coarse*fine, w.HeadDim/2), w.reshape(sin, coarse*fine, w.HeadDim/2)
	return w.slice(cos, 0, 0, w.Tokens), w.slice(sin, 0, 0, w.Tokens)
}

// turns are the tables of n positions first, first+step, …
func (w *writer) turns(n, first, step int) (cos, sin value) {
	half := w.HeadDim / 2
	c, s := make([]float32, 0, n*half), make([]float32, 0, n*half)
	for i := range n {
		for j := range half {
			frequency := math.Pow(w.RopeTheta, -2*float64(j)/float64(w.HeadDim))
			y, x := math.Sincos(float64(first+i*step) * frequency)
			c, s = append(c, float32(x)), append(s, float32(y))
		}
	}
	return w.table(c, n, half), w.table(s, n, half)
}
