package vector

import (
	"math/bits"
	"unsafe"

	"joulemark/workloads"
)

// chunk is how many bytes of keys or values are gone over by all queries and columns
// before the next: what a tile of queries or a strip of columns has read, the others
// find in L1, with the next chunk, which is being prefetched (constant ahead of the
// generator).
const chunk = 8 << 10

func wrapAttend(o *Ops, k *kernels) {
	float := func(v float32) float32 { return v }
	narrowScores := scoring[uint16]{k.scoresBF16, k.dotBF16, k.keys, k.narrowGroup, workloads.BF16Float}
	wideScores := scoring[float32]{k.scores, k.dot, k.keys, k.group, float}
	narrowGather := gathering[uint16]{k.gatherBF16, k.columns, k.narrowGroup, workloads.BF16Float}
	wideGather := gathering[float32]{k.gather, k.columns, k.group, float}
	o.Scores, o.ScoresBF16 = wideScores.run, narrowScores.run
	o.Gather, o.GatherBF16 = wideGather.run, narrowGather.run
}

// element is of a cache of keys or values.
type element interface{ float32 | uint16 }

// A pass is what one call goes over: rows of queries (q or y) and of scores (or
// weights), cached rows.
type pass[E element] struct {
	rows, scores   []float32
	cache          []E
	dim, n, kernel int // elements of a row, cached rows, elements of a row that a kernel takes
	size           int // bytes of a cached element
}

func newPass[E element](rows, scores []float32, cache []E, queries, group int) pass[E] {
	p := pass[E]{rows: rows, scores: scores, dim: len(rows) / queries, n: len(scores) / queries}
	p.cache, p.kernel, p.size = cache[:p.n*p.dim], whole(p.dim, group), int(unsafe.Sizeof(*new(E)))
	return p
}

// tileShift is of the largest tile that so many queries fill.
func tileShift(queries, widest int) int { return min(widest, bits.Len(uint(queries))-1) }

// tiles calls do for every tile of 1 << shift queries; if these are several, or there is
// another reason for chunks, for each chunk of cached rows. widest is the largest tile.
func (p *pass[E]) tiles(queries, widest int, chunks bool, do func(first, shift, from, to int)) {
	if p.n == 0 || p.kernel == 0 {
		return
	}
	shift := tileShift(queries, widest)
	step := p.n
	if chunks || 1<<shift < queries {
		step = max(16, chunk/(p.dim*p.size)&^15)
	}
	for from := 0; from < p.n; from += step {
		for first, s := 0, shift; first < queries; first += 1 << s {
			for 1<<s > queries-first {
				s--
			}
			do(first, s, from, min(p.n, from+step))
		}
	}
}

func (p *pass[E]) row(first int) ptr      { return at(p.rows[first*p.dim:]) }
func (p *pass[E]) score(first, j int) ptr { return at(p.scores[first*p.n+j:]) }
func (p *pass[E]) cached(j int) ptr       { return at(p.cache[j*p.dim:]) }

// scoring computes scores with the kernels of one type of cache.
type scoring[E element] struct {
	fns   []scoresFn // by shift
	dot   func(q, key ptr, dim int) float32
	keys  int // of a tile times its queries
	group int
	float func(E) float32
}

func (s *scoring[E]) run(dst, q []float32, keys []E, queries int) {
	p := newPass(q, dst, keys, queries, s.group)
	if p.kernel == 0 {
		clear(dst)
	}
	p.tiles(queries, len(s.fns)-1, false, func(first, shift, from, to int) { s.tile(&p, first, shift, from, to) })
	if p.kernel == p.dim {
		return
	}
	for i := range dst {
		q, key := q[i/p.n*p.dim:], keys[i%p.n*p.dim:]
		for l := p.kernel; l < p.dim; l++ {
			dst[i] += q[l] * s.float(key[l])
		}
	}
}

// tile takes the keys that its tiles do not divide together with some before them, which
// get the same scores again, and one by one only if there are none.
func (s *scoring[E]) tile(p *pass[E], first, shift, from, to int) {
	call := func(j, n int) {
		s.fns[shift](p.score(first, j), p.n*4, p.row(first), p.dim*4, p.cached(j), p.dim*p.size, p.kernel, n)
	}
	keys := s.keys >> shift
	if n := whole(to-from, keys); n > 0 {
		call(from, n)
	}
	switch rest := (to - from) % keys; {
	case rest == 0:
	case to >= keys:
		call(to-keys, keys)
	default:
		for i := first; i < first+1<<shift; i++ {
			for j := to - rest; j < to; j++ {
				p.scores[i*p.n+j] = s.dot(p.row(i), p.cached(j), p.kernel)
			}
		}
	}
}

// gathering sums values with the kernels of one type of cache.
type gathering[E element] struct {
	fns     []gatherFn // by shift
	columns []int
	group   int
	float   func(E) float32
}

// oneStrip: strips are powers of two of columns.
func (g *gathering[E]) oneStrip(dim, queries int) bool {
	return dim&(dim-1) == 0 && dim <= g.columns[tileShift(queries, len(g.columns)-1)]
}

func (g *gathering[E]) run(y, weights []float32, values []E, queries int) {
	p := newPass(y, weights, values, queries, g.group)
	widest := len(g.fns) - 1
	p.tiles(queries, widest, !g.oneStrip(p.kernel, queries), func(first, shift, from, to int) {
		g.fns[shift](p.row(first), p.dim*4, p.score(first, from), p.n*4, p.cached(from), p.dim*p.size, p.kernel, to-from)
	})
	if p.kernel == p.dim {
		return
	}
	for i, w := range weights {
		row, value := y[i/p.n*p.dim:], values[i%p.n*p.dim:]
		for l := p.kernel; l < p.dim; l++ {
			row[l] += w * g.float(value[l])
		}
	}
}
