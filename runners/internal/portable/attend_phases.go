package portable

import (
	"joulemark/runners/internal/engine"
	"joulemark/workloads"
)

// attendPrefill deals out blocks of queries of one head and sequence, those that
// see most first. They see the cache, if there is one, and the new tokens.
func (b *layer) attendPrefill() engine.Step {
	queries := min(queryBlock, b.Tokens)
	blocks := ceilDiv(b.Tokens, queries)
	var cache span
	if b.Context > 0 {
		cache = span{keys: b.weight("k_cache"), values: b.weight("v_cache"), n: b.Context}
	}
	heads := b.heads(queries)
	keep := b.keep(b.attended)
	return engine.Step{Name: "attention", Chunks: blocks * b.Batch * b.Heads, Do: func(worker, chunk int) {
		block, unit := blocks-1-chunk/(b.Batch*b.Heads), chunk%(b.Batch*b.Heads)
		sequence, head := unit/b.Heads, unit%b.Heads
		b.prefillBlock(heads[worker], cache, sequence, head, block*queries, keep)
	}}
}

func (b *layer) prefillBlock(h *head, cache span, sequence, head, t0 int, keep Store[float32]) {
	n := min(len(h.top), b.Tokens-t0)
	group, first, col := head/(b.Heads/b.KVHeads), sequence*b.Tokens, head*b.HeadDim
	query := func(r int) []float32 { return b.qkv.Row(first+t0+r, col, col+b.HeadDim, nil) }
	h.reset()
	if cache.n > 0 {
		cache.first = (sequence*b.KVHeads + group) * b.Context
		h.over(cache, n, query, func(int) int { return b.Context })
	}
	fresh := span{keys: b.qkv, values: b.qkv, keyCol: b.q + group*b.HeadDim, valCol: b.q + b.p + group*b.HeadDim, first: first, n: b.Tokens}
	if b.Attention == workloads.Causal {
		fresh.n = t0 + n
		h.over(fresh, n, query, func(r int) int { return t0 + r + 1 })
	} else {
		h.over(fresh, n, query, func(int) int { return b.Tokens })
	}
	for r := range n {
		keep(first+t0+r, col, h.result(r))
	}
}

// attendDecode deals out key-value heads of a sequence. The new token's key and
// value go to slot Context-1, then every query head of the group sees all slots.
func (b *layer) attendDecode() engine.Step {
	keys, values := b.weight("k_cache"), b.weight("v_cache")
	group := b.Heads / b.KVHeads
	heads := b.heads(group)
	keep := b.keep(b.attended)
	return engine.Step{Name: "attention", Chunks: b.Batch * b.KVHeads, Do: func(worker, chunk int) {
		h, sequence, kv := heads[worker], chunk/b.KVHeads, chunk%b.KVHeads
		slot := (chunk+1)*b.Context - 1
		keyCol, col := b.q+kv*b.HeadDim, kv*group*b.HeadDim
		keys.Set(slot, b.qkv.Row(sequence, keyCol, keyCol+b.HeadDim, nil))
		values.Set(slot, b.qkv.Row(sequence, keyCol+b.p, keyCol+b.p+b.HeadDim, nil))
		h.reset()
		h.over(span{keys: keys, values: values, first: chunk * b.Context, n: b.Context}, group,
			func(r int) []float32 { return b.qkv.Row(sequence, col+r*b.HeadDim, col+(r+1)*b.HeadDim, nil) },
			func(int) int { return b.Context })
		for r := range group {
			keep(sequence, col+r*b.HeadDim, h.result(r))
		}
	}}
}
