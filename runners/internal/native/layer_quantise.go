package native

import (
	"math"

	"joulemark/runners/internal/engine"
	"joulemark/workloads"
)

// maxQuantised is the largest magnitude of a quantised activation.
const maxQuantised = 127

// quantised are rows of activations in whole steps, each row in steps of its own
// largest magnitude over 127: one unsigned byte each, which holds the value + 128.
type quantised struct {
	values []uint8
	scales []float32 // the step of each row
	cols   int
}

// quantised allocates them for an int8 layer, and gives nil for others.
func (b *layer) quantised(cols int) *quantised {
	if b.Type != workloads.INT8 {
		return nil
	}
	return &quantised{engine.Alloc[uint8](b.arena, b.rows*cols), engine.Alloc[float32](b.arena, b.rows), cols}
}

// quantiser is what a step does with a row of t that it has just stored. It rounds the
// row to bf16 first: the definition allows either order, but this way errors are those of
// the reference, whose bound for few columns is narrow.
func (b *layer) quantiser(t *table) func(i int, row []float32) {
	q := t.bytes
	if q == nil {
		return func(int, []float32) {}
	}
	return func(i int, row []float32) {
		b.ops.RoundBF16(row)
		top := b.ops.AbsMax(row)
		inverse := maxQuantised / top
		if !(inverse <= math.MaxFloat32) { // a row of zeros, or of less than 4e-37, for which zeros stand
			inverse = 0
		}
		q.scales[i] = top / maxQuantised
		b.ops.Quantize(q.values[i*q.cols:][:q.cols], row, inverse)
	}
}

// quantise is a step for rows that were not made as a whole; none where the layer is
// not int8.
func (b *layer) quantise(name string, t *table) []engine.Step {
	if t.bytes == nil {
		return nil
	}
	row := b.quantiser(t)
	return []engine.Step{b.rowStep(name, t.cols, func(worker, i int) {
		row(i, t.get(i, 0, t.cols, b.lines[worker][0]))
	})}
}
