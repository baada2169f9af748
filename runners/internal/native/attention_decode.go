package native

import "joulemark/runners/internal/engine"

const (
	// decodeBytes of keys are looked at before their values. 32 KiB are 7-10 % slower at
	// batch 8 on Zen 4, since each change of stream begins with a wait; 512 KiB are no
	// faster.
	decodeBytes = 128 << 10
	// decodePart is the least context of a part, about 3 us of memory traffic: less is
	// not worth another chunk and its place in the merge.
	decodePart = 256
)

// A decoder attends with one new token of each sequence. Its chunks are parts of the
// context of one key-value head, with all query heads of the group; where there are
// several parts a head, a second step merges them.
type decoder struct {
	*layer
	parts        int // of the context
	block        int // keys at a time
	group        int // query heads of a key-value head
	keys, values *table
	queries      [][]float32 // of each worker: [group, HeadDim]
	scores       [][]float32 // of each worker: [group, block]
	seen         partials    // [Batch, KVHeads, parts, group]
}

func (b *layer) attendDecode() []engine.Step {
	units := b.Batch * b.KVHeads
	d := &decoder{layer: b, parts: b.contextParts(units), group: b.Heads / b.KVHeads, keys: b.cache("k_cache"), values: b.cache("v_cache")}
	d.block = max(16, min(b.Context, decodeBytes/d.keys.stride()))
	for range b.workers {
		d.queries = append(d.queries, engine.Alloc[float32](b.arena, d.group*b.HeadDim))
		d.scores = append(d.scores, engine.Alloc[float32](b.arena, d.group*d.block))
	}
	d.seen = newPartials(b.arena, b.ops, units*d.parts*d.group, b.HeadDim)
	steps := []engine.Step{{Name: "attention", Chunks: units * d.parts, Do: d.attend}}
	if d.parts > 1 {
		steps = append(steps, engine.Step{Name: "merge", Chunks: units, Do: func(_, unit int) { d.merge(unit) }})
	}
	return steps
}

// contextParts is into how many parts the context of a key-value head is divided, so
// that all workers have some.
func (b *layer) contextParts(units int) int {
	if units%b.workers == 0 || units >= chunksEach*b.workers {
		return 1
	}
	return max(1, min(ceilDiv(chunksEach*b.workers, units), b.Context/decodePart))
}

// attend sees one part of the context of one key-value head. The part with the last
// slot stores the new token there first.
func (d *decoder) attend(worker, chunk int) {
	unit, part := chunk/d.parts, chunk%d.parts
	lo, hi := d.Context*part/d.parts, d.Context*(part+1)/d.parts
	if hi == d.Context {
		d.store(worker, unit)
	}
	row := chunk * d.group
	d.forget(row)
	queries := d.load(worker, unit)
	for ; lo < hi; lo += d.block {
		d.see(worker, row, queries, unit*d.Context+lo, min(d.block, hi-lo))
	}
	if d.parts == 1 {
		d.merge(unit)
	}
}

// forget makes the rows of a group those that have seen nothing.
func (d *decoder) forget(row int) {
	for g := range d.group {
		d.seen.reset(row + g)
		clear(d.seen.row(row + g))
	}
}

// store writes the new token's key and value into the last slot.
func (d *decoder) store(worker, unit int) {
	sequence, slot := unit/d.KVHeads, (unit+1)*d.Context-1
	key := d.q + unit%d.KVHeads*d.HeadDim
	line := d.lines[worker][0]
	d.keys.put(slot, 0, d.qkv.get(sequence, key, key+d.HeadDim, line))
	d.values.put(slot, 0, d.qkv.get(sequence, key+d.p, key+d.p+d.HeadDim, line))
}

// load gives the queries of a group.
func (d *decoder) load(worker, unit int) []float32 {
	n := d.group * d.HeadDim
	col := unit % d.KVHeads * n
	return d.qkv.get(unit/d.KVHeads, col, col+n, d.queries[worker])
}

// see lets the query heads of a group look at n rows of the cache from first on.
func (d *decoder) see(worker, row int, queries []float32, first, n int) {
	scores := d.scores[worker][:d.group*n]
	d.keys.scores(scores, queries, first, d.group)
	for g := range d.group {
		own := scores[g*n : (g+1)*n]
		d.seen.raise(row+g, d.scale*d.ops.Max(own))
		d.seen.weight[row+g] += d.ops.ExpSum(own, d.scale, d.seen.top[row+g])
	}
	d.values.gather(d.seen.sums[row*d.HeadDim:(row+d.group)*d.HeadDim], scores, first, d.group)
}

// merge brings the parts of every query head of a unit together and stores them.
func (d *decoder) merge(unit int) {
	sequence, col := unit/d.KVHeads, unit%d.KVHeads*d.group*d.HeadDim
	first := unit * d.parts * d.group
	for g := range d.group {
		row := first + g
		for part := 1; part < d.parts; part++ {
			d.seen.join(row, row+part*d.group)
		}
		d.attended.put(sequence, col+g*d.HeadDim, d.seen.mean(row))
	}
}

// scores of queries, one after the other, against rows of a cache from first on.
func (t *table) scores(dst, queries []float32, first, n int) {
	lo, hi := first*t.cols, (first+len(dst)/n)*t.cols
	if t.narrow {
		t.ops.ScoresBF16(dst, queries, t.halves[lo:hi], n)
		return
	}
	t.ops.Scores(dst, queries, t.singles[lo:hi], n)
}

// gather adds rows of a cache from first on, times n rows of weights, to n rows of y.
func (t *table) gather(y, weights []float32, first, n int) {
	lo, hi := first*t.cols, (first+len(weights)/n)*t.cols
	if t.narrow {
		t.ops.GatherBF16(y, weights, t.halves[lo:hi], n)
		return
	}
	t.ops.Gather(y, weights, t.singles[lo:hi], n)
}
