package stablehlo

// weighted is the sum of weights times values, [Batch, KVHeads, rows, HeadDim] in f32.
// The weights are f32 and rounded to the declared type for this product, as the
// definition allows: matrix units multiply operands of one type, and widening the
// values instead would leave those units idle and, in decode, write the whole cache
// again at each iteration.
func (w *writer) weighted(weights, values value) value {
	return w.rowsDot(w.convert(weights, values.element), values, product{batch: 2, left: 3, right: 2, how: w.how, out: "f32"})
}
