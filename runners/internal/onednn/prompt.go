package onednn

const (
	leastRows   = 32  // of a block: fewer make poor use of the matmul's tiles
	mostRows    = 256 // more would not shorten the list much
	scoresBytes = 64 << 20
)

// blockRows is how many tokens a block of queries has. Causal blocks leave out the
// keys after their last token, so that short ones waste less.
func (l *layer) blockRows() int64 {
	rows := min(max(l.tokens/8, leastRows), mostRows, l.tokens)
	for rows > leastRows && l.queries/l.dim*rows*(l.context+l.tokens)*4 > scoresBytes {
		rows /= 2
	}
	return rows
}

// prompt attends in prefill: blocks of queries to the cache and to the tokens up to
// their own.
func (a *attend) prompt(n place) {
	rows, all := a.blockRows(), a.context+a.tokens
	k := a.stored(a.project(n, a.queries, a.keys, true), a.keys)
	v := a.project(n, a.queries+a.keys, a.keys, false)
	sequences := int64(1)
	if rows == a.tokens {
		sequences = a.together(a.queries / a.dim * rows * all * 4)
	}
	a.scores = a.buffer(f32, sequences*a.groups*a.kv*rows*all)
	keys, values := a.history("k_cache", k, a.kind, sequences), a.history("v_cache", v, f32, sequences)
	for s := int64(0); s < a.batch; s += sequences {
		keys.fill(s)
		values.fill(s)
		for from := int64(0); from < a.tokens; from += rows {
			a.promptBlock(s, sequences, from, min(rows, a.tokens-from), keys, values)
		}
	}
}

func (a *attend) promptBlock(s, sequences, from, rows int64, keys, values *history) {
	seen := a.context + a.tokens
	if a.causal() {
		seen = a.context + from + rows
	}
	at := (s*a.tokens + from) * a.queries
	a.block(block{
		sequences: sequences, rows: rows * a.groups, keys: seen, masked: a.causal(),
		q:      a.heads(a.q, at, sequences, rows*a.groups, a.tokens*a.queries),
		keysT:  a.headsT(keys.all, keys.from(s), sequences, seen, keys.stride),
		values: a.heads(values.all, values.from(s), sequences, seen, values.stride),
		sum:    a.heads(a.sum, at, sequences, rows*a.groups, a.tokens*a.queries),
	})
}

// A history is keys or values that the tokens of some sequences see, as [tokens, kv,
// dim]: what was projected, or a copy with the cache before it and in a wider type.
type history struct {
	*attend
	cache     *storage // nil: none
	own, all  *storage
	sequences int64
	stride    int64 // elements from one sequence to the next in `all`
}

func (a *attend) history(cache string, own *storage, kind dataType, sequences int64) *history {
	h := &history{attend: a, own: own, all: own, sequences: sequences, stride: (a.context + a.tokens) * a.keys}
	if a.context > 0 {
		h.cache = a.whole(a.tensors[cache])
	}
	if a.context > 0 || kind != own.kind {
		h.all = a.buffer(kind, sequences*h.stride)
	}
	return h
}

// from is where sequence s begins in `all`.
func (h *history) from(s int64) int64 {
	if h.all == h.own {
		return s * h.stride
	}
	return 0
}

// fill copies what sequences from s on see, where there is a copy.
func (h *history) fill(s int64) {
	if h.all == h.own {
		return
	}
	h.move(h.lying(h.own, s*h.tokens*h.keys, h.tokens, h.tokens*h.keys), h.lying(h.all, h.context*h.keys, h.tokens, h.stride))
	if h.cache != nil {
		from := h.view(h.cache, s*h.context*h.keys, []int64{h.sequences, h.context, h.kv, h.dim}, []int64{h.context * h.keys, h.dim, h.context * h.dim, 1})
		h.move(from, h.lying(h.all, 0, h.context, h.stride))
	}
}

// lying sees n tokens of each sequence as [sequences, n, kv, dim].
func (h *history) lying(s *storage, from, n, stride int64) place {
	return h.view(s, from, []int64{h.sequences, n, h.kv, h.dim}, []int64{stride, h.keys, h.dim, 1})
}
