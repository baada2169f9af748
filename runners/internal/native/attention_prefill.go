package native

import (
	"joulemark/runners/internal/engine"
	"joulemark/runners/internal/gemm"
	"joulemark/workloads"
)

const (
	// queryBlock queries of one head share a block of scores: a multiple of the rows of
	// every tile. 48 cost 3 % of attention on Zen 4.
	queryBlock = 96
	// mostKeys is the longest block of keys and values, which are packed at a time. 256
	// cost 4 % of attention, in fp32 and bf16 with 64 columns a head.
	mostKeys = 512
	// chunkQueries is about how many queries, of all heads of a group, a chunk has. Each
	// chunk packs the keys and values that it sees, which costs about 8 / chunkQueries of
	// its products, so that heads of up to this many tokens share nothing.
	chunkQueries = 512
)

// A prefill attends with the new tokens of every sequence. A chunk is some tokens of
// one sequence with all query heads of one key-value head.
type prefill struct {
	*layer
	kernels *gemm.Kernels
	widens  bool // what is stored as bf16 is expanded for kernels of fp32
	group   int  // query heads of a key-value head
	tokens  int  // of a chunk
	keys    int  // of a block
	blocks  int  // chunks of a sequence and head
	spans   []span
	heads   []*head // of each worker
}

// A span is what a sequence sees of keys and values for each of its key-value heads.
type span struct {
	keys, values   *table
	keyCol, valCol int // of the first head
	heads          int // 1: all heads lie side by side in a row; KVHeads: one after the other
	rows           int // of a sequence, or of a head of it
	causal         bool
}

// visible is how many rows of the span token t sees.
func (s *span) visible(t int) int {
	if s.causal {
		return t + 1
	}
	return s.rows
}

// at finds a head of a sequence: its first row, and its columns in keys and values.
func (s *span) at(sequence, kv, dim int) (row, keyCol, valCol int) {
	if s.heads > 1 {
		return (sequence*s.heads + kv) * s.rows, 0, 0
	}
	return sequence * s.rows, s.keyCol + kv*dim, s.valCol + kv*dim
}

func (b *layer) attendPrefill() []engine.Step {
	f := &prefill{layer: b, group: b.Heads / b.KVHeads}
	f.kernels, f.widens = b.attentionKernels()
	if b.Context > 0 {
		f.spans = append(f.spans, span{keys: b.cache("k_cache"), values: b.cache("v_cache"), heads: b.KVHeads, rows: b.Context})
	}
	f.spans = append(f.spans, span{keys: b.qkv, values: b.qkv, keyCol: b.q, valCol: b.q + b.p, heads: 1, rows: b.Tokens, causal: b.Attention == workloads.Causal})
	f.keys, f.tokens = f.blockKeys(), f.chunkTokens()
	f.blocks = ceilDiv(b.Tokens, f.tokens)
	for range b.workers {
		f.heads = append(f.heads, f.newHead())
	}
	return []engine.Step{{Name: "attention", Chunks: f.blocks * b.Batch * b.KVHeads, Do: f.attend}}
}

// attentionKernels are those that multiply what is stored, where there are any that
// read it in place, else those of fp32.
func (b *layer) attentionKernels() (k *gemm.Kernels, widens bool) {
	if b.narrow() {
		if k := gemm.For(b.target.Set, gemm.BF16); k != nil && k.AWord == 4 && b.HeadDim%2 == 0 {
			return k, false
		}
	}
	return gemm.For(b.target.Set, gemm.FP32), b.narrow()
}

func (b *layer) attentionWords() string {
	if b.decodes() {
		return "over the cache as it lies"
	}
	k, widens := b.attentionKernels()
	if widens {
		return k.Name + " on bf16 widened to fp32"
	}
	return k.Name
}

// blockKeys is how many keys and values fit into 3/4 of the second-level cache, with
// the scores of a block of queries.
func (f *prefill) blockKeys() int {
	const step, supposed = 64, 256 << 10
	l2 := f.target.Caches.L2Bytes
	if l2 <= 0 {
		l2 = supposed
	}
	each := 2*f.HeadDim*elementBytes(f.kernels.Type) + 4*queryBlock
	return min(max(l2*3/4/each/step, 1)*step, mostKeys)
}

// chunkTokens makes chunks smaller until every worker has a few to even out.
func (f *prefill) chunkTokens() int {
	n := max(1, chunkQueries/f.group/queryBlock) * queryBlock
	for n > queryBlock && ceilDiv(f.Tokens, n)*f.Batch*f.KVHeads < chunksEach*f.workers {
		n -= queryBlock
	}
	return min(n, f.Tokens)
}

// attend does one chunk, those that see most first.
func (f *prefill) attend(worker, chunk int) {
	units := f.Batch * f.KVHeads
	block, unit := f.blocks-1-chunk/units, chunk%units
	h := f.heads[worker]
	h.sequence, h.kv = unit/f.KVHeads, unit%f.KVHeads
	h.first = block * f.tokens
	h.tokens = min(f.tokens, f.Tokens-h.first)
	h.begin()
	for i := range f.spans {
		h.span(&f.spans[i])
	}
	h.store()
}
