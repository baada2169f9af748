package stablehlo

// projections are q as [Batch, KVHeads, rows, HeadDim], rows being the query heads of
// a group by tokens, and k and v as [Batch, KVHeads, Tokens, HeadDim]; all rotated
// and stored.
func (w *writer) projections(n value) (q, k, v value) {
	all := w.linear(n, "wqkv", "bqkv")
	turned := w.slice(all, 1, 0, w.q+w.p)
	if w.RopeTheta > 0 {
		turned = w.rotated(turned)
	}
	turned = w.store(turned)
	q, k = w.slice(turned, 1, 0, w.q), w.slice(turned, 1, w.q, w.q+w.p)
	v = w.store(w.slice(all, 1, w.q+w.p, w.q+2*w.p))
	return w.queryRows(q), w.entries(k), w.entries(v)
}

// queryRows gathers the rows that attend to one key-value head.
func (w *writer) queryRows(q value) value {
	group := w.Heads / w.KVHeads
	q = w.reshape(q, w.Batch, w.Tokens, w.KVHeads, group, w.HeadDim)
	q = w.transpose(q, 0, 2, 3, 1, 4)
	return w.reshape(q, w.Batch, w.KVHeads, group*w.Tokens, w.HeadDim)
}

// tokenRows is the inverse of queryRows: a row a token.
func (w *writer) tokenRows(a value) value {
	a = w.reshape(a, w.Batch, w.KVHeads, w.Heads/w.KVHeads, w.Tokens, w.HeadDim)
	return w.reshape(w.transpose(a, 0, 3, 1, 2, 4), w.rows, w.q)
}

// entries puts keys or values in the order of the cache.
func (w *writer) entries(x value) value {
	return w.transpose(w.reshape(x, w.Batch, w.Tokens, w.KVHeads, w.HeadDim), 0, 2, 1, 3)
}
