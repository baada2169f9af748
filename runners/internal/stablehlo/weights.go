package stablehlo

import "joulemark/workloads"

// weighted is the sum of weights times values, [Batch, KVHeads, rows, HeadDim]. The
// weights are f32 and must not be rounded to 16 bits, which would be a store; so the
// values are widened.
//
// Decode in bf16 reads the whole cache for a few rows of weights. Widening it there
// writes twice as much as it reads (on CPUs XLA takes ten times as long), so that
// the weights are split instead.
func (w *writer) weighted(weights, values value) value {
	p := product{batch: 2, left: 3, right: 2, how: exact, out: "f32"}
	switch {
	case w.Type == workloads.BF16 && w.Phase == workloads.Decode:
		return w.splitWeighted(weights, values, p)
	case w.Type == workloads.TF32:
		p.how = tf32
	}
	return w.dot(weights, w.wide(values), p)
}

// splitWeighted multiplies three bf16 numbers a weight, whose sum is the weight: 8
// bits each of its 24. They are three times as many rows of one product, whose sums
// are f32. The three results are added by themselves: a reduction would become part
// of XLA's product on CPUs and make it ten times as slow.
func (w *writer) splitWeighted(weights, values value, p product) value {
	p.how = native
	sums := w.dot(w.joined(2, w.split(weights)...), values, p)
	rows := weights.shape[2]
	high, middle, low := w.slice(sums, 2, 0, rows), w.slice(sums, 2, rows, 2*rows), w.slice(sums, 2, 2*rows, 3*rows)
	return w.binary("add", high, w.binary("add", middle, low))
}

// split gives three bf16 tensors whose sum is x. What is left after a rounding is
// exact in f32. reduce_precision rounds: XLA may leave out two converts that undo
// each other, and with them the remainder.
func (w *writer) split(x value) []value {
	parts := make([]value, 3)
	for i := range parts {
		rounded := w.emit(x.shape, "f32", "reduce_precision %s, format = e8m7 : %s", x.name, x.typ())
		parts[i] = w.convert(rounded, "bf16")
		x = w.binary("subtract", x, rounded)
	}
	return parts
}
