package stablehlo

import (
	"math"

	"joulemark/workloads"
)

// A source is keys and values that tokens attend to, [Batch, KVHeads, entries,
// HeadDim]. The new tokens of a causal prefill see only those up to themselves.
type source struct {
	keys, values value
	causal       bool
}

// attention is a, one row a token. Query heads that share a key-value head are rows
// of one product with it, so that nothing is repeated.
func (w *writer) attention(q, k, v value) value {
	sources := w.sources(k, v)
	scores := make([]value, len(sources))
	for i, s := range sources {
		scores[i] = w.scores(q, s)
	}
	greatest := w.overSources("maximum", scores, func(i int) value { return w.reduced("maximum", scores[i], 3) })
	for i := range scores {
		scores[i] = w.unary("exponential", w.perRow("subtract", scores[i], greatest))
	}
	total := w.overSources("add", scores, func(i int) value { return w.reduced("add", scores[i], 3) })
	sum := w.overSources("add", scores, func(i int) value { return w.weighted(scores[i], sources[i].values) })
	return w.tokenRows(w.store(w.perRow("divide", sum, total)))
}

// sources are the cache, if there is one, and the new tokens. Decode puts its token
// into the cache, in place of the last entry, and attends to that alone. Prefill
// does not join the two, which would copy the cache.
func (w *writer) sources(k, v value) []source {
	if w.Phase == workloads.Decode {
		w.args["k_cache"], w.args["v_cache"] = w.overwritten("k_cache", k), w.overwritten("v_cache", v)
		return []source{{w.args["k_cache"], w.args["v_cache"], false}}
	}
	fresh := source{k, v, w.Attention == workloads.Causal}
	if w.Context == 0 {
		return []source{fresh}
	}
	return []source{{w.args["k_cache"], w.args["v_cache"], false}, fresh}
}

// overwritten is a cache with its last entry replaced.
func (w *writer) overwritten(name string, entry value) value {
	cache := w.args[name]
	zero, last := w.index(0), w.index(w.Context-1)
	return w.emit(cache.shape, cache.element, "dynamic_update_slice %s, %s, %s, %s, %s, %s : (%s, %s, tensor<i32>, tensor<i32>, tensor<i32>, tensor<i32>) -> %s",
		cache.name, entry.name, zero.name, zero.name, last.name, zero.name, cache.typ(), entry.typ(), cache.typ())
}

func (w *writer) index(i int) value {
	return w.emit(nil, "i32", "constant dense<%d> : tensor<i32>", i)
}

// scores are (q · k) / sqrt(HeadDim) in f32, [Batch, KVHeads, rows, entries], minus
// infinity where a token must not look.
func (w *writer) scores(q value, s source) value {
	scores := w.rowsDot(q, s.keys, product{batch: 2, left: 3, right: 3, how: w.how, out: "f32"})
	scores = w.scaled(scores, 1/math.Sqrt(float64(w.HeadDim)))
	if s.causal {
		scores = w.masked(scores)
	}
	return scores
}

// masked hides from token t what comes after it. Rows are heads of a group by
// tokens.
func (w *writer) masked(scores value) value {
	entries := scores.shape[3]
	whole := []int{w.Batch, w.KVHeads, w.Heads / w.KVHeads, w.Tokens, entries}
	seen := w.compared("GE", w.iota(0, w.Tokens, entries), w.iota(1, w.Tokens, entries))
	split := w.selected(w.spread(seen, whole, 3, 4), w.reshape(scores, whole...), w.filled(math.Inf(-1), whole))
	return w.reshape(split, scores.shape...)
}

// overSources joins what every source gives.
func (w *writer) overSources(op string, sources []value, part func(i int) value) value {
	joined := part(0)
	for i := 1; i < len(sources); i++ {
		joined = w.binary(op, joined, part(i))
	}
	return joined
}
