package workloads

import "math"

// A softmax is one query's attention, summed entry by entry with the running
// maximum taken out, so that it needs no list of scores (Milakov, Gimelshein:
// Online normalizer calculation for softmax, arXiv:1805.02867).
type softmax struct {
	query   []float64
	out     []float64 // sum of exp(score - top) value; divided by total at the end
	top     float64
	total   float64
	visible int // positions 0…visible-1
}

func (s *softmax) see(key, value []float64, scale float64) {
	score := 0.0
	for i, q := range s.query {
		score += q * key[i]
	}
	score *= scale
	if score > s.top {
		shrink := math.Exp(s.top - score)
		s.top, s.total = score, s.total*shrink
		for i := range s.out {
			s.out[i] *= shrink
		}
	}
	p := math.Exp(score - s.top)
	s.total += p
	for i, v := range value {
		s.out[i] += p * v
	}
}

func (s *softmax) finish() {
	for i := range s.out {
		s.out[i] /= s.total
	}
}

// attend computes, for the chosen tokens, softmax(q k / sqrt(HeadDim)) v over the
// cache and the new tokens that each may see. Query head h uses key-value head
// h / (Heads / KVHeads). Scores and weights are not stored, hence not rounded.
func (r reference) attend(q, kv lanes) lanes {
	q, kv = r.attended(q), r.attended(kv)
	out := newLanes(q.rows, q.cols)
	parallel(r.KVHeads, func(group int) { r.attendGroup(group, q, kv, out) })
	return out.store(r.Stored())
}

func (r reference) attendGroup(group int, q, kv, out lanes) {
	heads := r.groupHeads(group, q, out)
	past, total := r.past(), r.past()+kv.rows
	key, value := make([]float64, r.HeadDim), make([]float64, r.HeadDim)
	scale := 1 / math.Sqrt(float64(r.HeadDim))
	for position := range total {
		k, v := [2][]float64{key, key}, [2][]float64{value, value}
		if position < past {
			r.cached(tensorKCache, group, position, key)
			r.cached(tensorVCache, group, position, value)
		} else {
			k, v = r.fresh(kv, group, position-past)
		}
		for i := range heads {
			if s := &heads[i]; position < s.visible {
				s.see(k[i%2], v[i%2], scale)
			}
		}
	}
	for i := range heads {
		heads[i].finish()
	}
}

// groupHeads lists what shares one key-value head: every chosen token and query
// head, exact and rounded lane in turn.
func (r reference) groupHeads(group int, q, out lanes) (heads []softmax) {
	share := r.Heads / r.KVHeads
	for i, token := range r.tokens {
		visible := r.past() + token + 1
		if r.Attention == Full {
			visible = r.past() + r.Tokens
		}
		for head := group * share; head < (group+1)*share; head++ {
			from, to := head*r.HeadDim, (head+1)*r.HeadDim
			for lane := range 2 {
				query, result := q.both(i)[lane][from:to], out.both(i)[lane][from:to]
				heads = append(heads, softmax{query, result, math.Inf(-1), 0, visible})
			}
		}
	}
	return heads
}

// cached fills dst with one entry of the key or value cache.
func (r reference) cached(tensor, group, position int, dst []float64) {
	entry := (uint64(r.sequence)*uint64(r.KVHeads)+uint64(group))*uint64(r.Context) + uint64(position)
	t := r.tensors[tensor]
	t.Values(r.seed, r.set, dst, entry*uint64(r.HeadDim))
}

// fresh returns key and value of a new token, both lanes each.
func (r reference) fresh(kv lanes, group, token int) (k, v [2][]float64) {
	width, from := r.KVHeads*r.HeadDim, group*r.HeadDim
	for lane, row := range kv.both(token) {
		k[lane] = row[from : from+r.HeadDim]
		v[lane] = row[width+from : width+from+r.HeadDim]
	}
	return k, v
}
