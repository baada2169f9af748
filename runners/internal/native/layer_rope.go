package native

import (
	"math"

	"joulemark/runners/internal/engine"
)

// A turn has what rotary positions turn queries and keys by: elements d and
// d + HeadDim/2 of a head are a pair, turned by position x RopeTheta^(-2d/HeadDim).
type turn struct {
	half        int       // HeadDim / 2
	cosines     []float32 // [Tokens, half]
	sines       []float32
	tokens, end int // rows of a sequence; the first column that is not turned (v)
}

func (b *layer) newTurn() *turn {
	half := b.HeadDim / 2
	n := b.Tokens * half
	t := &turn{half, engine.Alloc[float32](b.arena, n), engine.Alloc[float32](b.arena, n), b.Tokens, b.q + b.p}
	for i := range t.cosines {
		angle := b.position(i/half) * math.Pow(b.RopeTheta, -2*float64(i%half)/float64(b.HeadDim))
		sin, cos := math.Sincos(angle)
		t.cosines[i], t.sines[i] = float32(cos), float32(sin)
	}
	return t
}

// position of new token t: after what is cached, and in decode, where the last
// slot of the cache is the new token's own, that slot.
func (b *layer) position(t int) float64 {
	if b.decodes() {
		return float64(b.Context - 1)
	}
	return float64(b.Context + t)
}

// rotateQK turns what the projection left in fp32, and stores it with the values,
// rounded to the type of the layer.
func (b *layer) rotateQK(raw *table) []engine.Step {
	t := b.newTurn()
	return []engine.Step{b.rowStep("rope", raw.cols, func(_, i int) {
		row := raw.get(i, 0, raw.cols, nil)
		t.row(b.ops.Rotate, row, i%t.tokens)
		b.qkv.put(i, 0, row)
	})}
}

// row turns the heads of one token.
func (t *turn) row(rotate func(low, high, cos, sin []float32), row []float32, token int) {
	cos, sin := t.cosines[token*t.half:][:t.half], t.sines[token*t.half:][:t.half]
	for head := 0; head < t.end; head += 2 * t.half {
		rotate(row[head:head+t.half], row[head+t.half:head+2*t.half], cos, sin)
	}
}
