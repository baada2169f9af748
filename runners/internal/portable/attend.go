package portable

import (
	"math"

	"joulemark/runners/internal/engine"
	"joulemark/workloads"
)

// Attention goes by blocks of keys with a running maximum and sum, so that no
// row of scores is ever longer than a block (Milakov and Gimelshein 2018, online
// normalizer calculation for softmax, arXiv:1805.02867).
const (
	queryBlock = 32  // queries of one head that share a block of keys, in prefill
	keyBlock   = 128 // keys and values of a block stay in the first two caches
)

// A head is what one worker needs to attend with a few queries over one
// key-value head.
type head struct {
	dim            int
	scale          float32 // 1 / sqrt(HeadDim)
	sums           []float32
	top, weight    []float32 // running maximum and sum of weights a query
	scores         []float32
	keys, values   [][]float32
	keyBuf, valBuf []float32
}

func (b *layer) heads(queries int) []*head {
	heads := make([]*head, b.workers)
	for w := range heads {
		f := func(n int) []float32 { return engine.Alloc[float32](b.arena, n) }
		heads[w] = &head{
			dim: b.HeadDim, scale: float32(1 / math.Sqrt(float64(b.HeadDim))),
			sums: f(queries * b.HeadDim), top: f(queries), weight: f(queries), scores: f(keyBlock),
			keys: make([][]float32, keyBlock), values: make([][]float32, keyBlock),
			keyBuf: f(keyBlock * b.HeadDim), valBuf: f(keyBlock * b.HeadDim),
		}
	}
	return heads
}

func (h *head) reset() {
	clear(h.sums)
	clear(h.weight)
	for r := range h.top {
		h.top[r] = float32(math.Inf(-1))
	}
}

// A span is rows first…first+n-1 of keys and of values, from the given columns on.
type span struct {
	keys, values   Rows[float32]
	keyCol, valCol int
	first, n       int
}

// over attends with queries 0…queries-1 over the span; query r sees its first
// visible(r) rows.
func (h *head) over(s span, queries int, query func(r int) []float32, visible func(r int) int) {
	for k0 := 0; k0 < s.n; k0 += keyBlock {
		n := min(keyBlock, s.n-k0)
		h.load(s, k0, n)
		for r := range queries {
			if seen := min(visible(r)-k0, n); seen > 0 {
				h.add(r, query(r), seen)
			}
		}
	}
}

func (h *head) load(s span, k0, n int) {
	for j := range n {
		row, buf := s.first+k0+j, j*h.dim
		h.keys[j] = s.keys.Row(row, s.keyCol, s.keyCol+h.dim, h.keyBuf[buf:buf+h.dim])
		h.values[j] = s.values.Row(row, s.valCol, s.valCol+h.dim, h.valBuf[buf:buf+h.dim])
	}
}

// add lets query r see the first n keys of the block.
func (h *head) add(r int, query []float32, n int) {
	scores, top := h.scores[:n], h.top[r]
	for j := range scores {
		scores[j] = h.scale * dot(query, h.keys[j])
		top = max(top, scores[j])
	}
	sums := h.sums[r*h.dim : (r+1)*h.dim]
	if fade := exp(h.top[r] - top); fade != 1 {
		h.weight[r] *= fade
		for d := range sums {
			sums[d] *= fade
		}
	}
	h.top[r] = top
	for j, s := range scores {
		scores[j] = exp(s - top)
		h.weight[r] += scores[j]
	}
	accumulate(sums, scores, h.values[:n])
}

// result is the weighted mean of the values that query r has seen.
func (h *head) result(r int) []float32 {
	sums := h.sums[r*h.dim : (r+1)*h.dim]
	for d := range sums {
		sums[d] /= h.weight[r]
	}
	return sums
}

func exp(x float32) float32 { return float32(math.Exp(float64(x))) }

func (b *layer) decodes() bool { return b.Phase == workloads.Decode }

// attend is the attention over cache and new tokens, into attended.
func (b *layer) attend() []engine.Step {
	if b.decodes() {
		return []engine.Step{b.attendDecode()}
	}
	return []engine.Step{b.attendPrefill()}
}
