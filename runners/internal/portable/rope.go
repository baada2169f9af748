package portable

import (
	"math"

	"joulemark/runners/internal/engine"
)

// rotateQK turns queries and keys by their positions, in place, and rounds them
// and the values to the declared type: elements d and d+HeadDim/2 of a head are a pair, turned by
// position x RopeTheta^(-2d/HeadDim).
func (b *layer) rotateQK() []engine.Step {
	half := b.HeadDim / 2
	cosines, sines := engine.Alloc[float32](b.arena, b.Tokens*half), engine.Alloc[float32](b.arena, b.Tokens*half)
	for i := range cosines {
		position, d := b.position(i/half), float64(i%half)
		sin, cos := math.Sincos(position * math.Pow(b.RopeTheta, -2*d/float64(b.HeadDim)))
		cosines[i], sines[i] = float32(cos), float32(sin)
	}
	keep := b.keep(b.qkv)
	return []engine.Step{b.rowStep("rope", func(_, i int) {
		t := i % b.Tokens
		row := b.qkv.Row(i, 0, b.q+2*b.p, nil)
		for head := 0; head < b.q+b.p; head += b.HeadDim {
			rotatePairs(row[head:head+half], row[head+half:head+b.HeadDim], cosines[t*half:], sines[t*half:])
		}
		keep(i, 0, row)
	})}
}

// position of new token t: after what is cached, and in decode, where the last
// slot of the cache is the new token's own, that slot.
func (b *layer) position(t int) float64 {
	if b.decodes() {
		return float64(b.Context - 1)
	}
	return float64(b.Context + t)
}

func rotatePairs(low, high, cos, sin []float32) {
	for d, x := range low {
		y := high[d]
		low[d], high[d] = x*cos[d]-y*sin[d], x*sin[d]+y*cos[d]
	}
}
