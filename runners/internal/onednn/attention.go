package onednn

import (
	"math"

	"joulemark/workloads"
)

// attention is [attention(q, k, v)] of the rows n. All products are batched over
// key-value heads; tensors lie as [tokens, groups, kv, dim], which the library's fast
// kernels take as they are. Scores and weights are fp32, and so are the values that
// weights multiply, because the library multiplies fp32 by fp32 only.
func (l *layer) attention(n place) place {
	q := l.stored(l.project(n, 0, l.queries, true), l.queries)
	sum := l.buffer(f32, l.rows*l.queries)
	a := &attend{layer: l, q: q, sum: sum, kernels: map[[2]int64]kernels{}}
	if l.decode() {
		a.cache(n)
	} else {
		a.prompt(n)
	}
	return l.matrix(l.stored(sum, l.queries), l.rows, l.queries)
}

// project is n times columns of wqkv; rotated where the layer has rotary positions
// and still fp32 then, else stored.
func (l *layer) project(n place, from, columns int64, rotated bool) *storage {
	rotated = rotated && l.w.RopeTheta > 0
	kind := l.kind
	if rotated {
		kind = f32
	}
	s := l.buffer(kind, l.rows*columns)
	l.through(n, "wqkv", "bqkv", from, columns, l.matrix(s, l.rows, columns))
	if rotated {
		l.rotate(s, columns)
	}
	return s
}

// stored is s in the declared type.
func (l *layer) stored(s *storage, columns int64) *storage {
	if s.kind == l.kind {
		return s
	}
	to := l.buffer(l.kind, l.rows*columns)
	l.move(l.matrix(s, l.rows, columns), l.matrix(to, l.rows, columns))
	return to
}

// attend is an attention being built, some sequences and a block of rows at a time.
type attend struct {
	*layer
	q, sum  *storage // queries, stored; results, fp32
	scores  *storage
	kernels map[[2]int64]kernels // by rows and keys of a block
}

// kernels are the three primitives of a block.
type kernels struct {
	score, softmax, weigh compiled
	post                  []fused
	scores                place
}

// A block is what queries of some sequences, `rows` of each head, see.
type block struct {
	sequences, rows, keys int64
	q, keysT, values, sum place // [sequences, kv, rows or keys, dim], keysT transposed
	masked                bool  // rows are the last keys' own tokens and see no later ones
}

// block adds softmax(q keysT / sqrt(dim)) values.
func (a *attend) block(b block) {
	k, made := a.kernels[[2]int64{b.rows, b.keys}]
	if !made {
		dims := []int64{b.sequences, a.kv, b.rows, b.keys}
		k.scores = a.view(a.scores, 0, dims, dense(dims))
		k.post = []fused{apply(linear, float32(1/math.Sqrt(float64(a.dim))), 0)}
		if b.masked {
			k.post = append(k.post, plus(a.mask(b)))
		}
		k.score = a.product("product for scores", b.q.desc, b.keysT.desc, nil, k.scores.desc, k.post...)
		k.softmax = a.softmax(k.scores.desc)
		k.weigh = a.product("product for attention", k.scores.desc, b.values.desc, nil, b.sum.desc)
		a.kernels[[2]int64{b.rows, b.keys}] = k
	}
	a.multiply(k.score, b.q, b.keysT, place{}, k.scores, k.post...)
	a.add(k.softmax, argument{argSrc, k.scores}, argument{argDst, k.scores})
	a.multiply(k.weigh, k.scores, b.values, place{}, b.sum)
}

// mask is -infinity where a row may not see a key, the same for all heads.
func (a *attend) mask(b block) place {
	before := b.keys - b.rows/a.groups // keys that all rows see
	hidden := float32(math.Inf(-1))
	s := a.constant(func(i int64) float32 {
		token, key := i/b.keys%b.rows/a.groups, i%b.keys
		if key > before+token {
			return hidden
		}
		return 0
	}, b.sequences*b.rows*b.keys)
	return a.view(s, 0, []int64{b.sequences, 1, b.rows, b.keys}, []int64{b.rows * b.keys, b.rows * b.keys, b.keys, 1})
}

// heads sees n tokens of `heads` heads each as [sequences, kv, n, dim]; further ones of a
// sequence lie `stride` elements on.
func (a *attend) heads(s *storage, from, sequences, n, stride int64) place {
	if sequences == 1 {
		stride = n * a.kv * a.dim // the library looks at strides of a dimension of 1
	}
	return a.view(s, from, []int64{sequences, a.kv, n, a.dim}, []int64{stride, a.dim, a.kv * a.dim, 1})
}

// headsT is heads with the last two dimensions exchanged.
func (a *attend) headsT(s *storage, from, sequences, n, stride int64) place {
	if sequences == 1 {
		stride = n * a.kv * a.dim
	}
	return a.view(s, from, []int64{sequences, a.kv, a.dim, n}, []int64{stride, a.dim, 1, a.kv * a.dim})
}

// chunkBytes is what buffers that are written and read again at once may take, so
// that they stay in a cache.
const chunkBytes = 8 << 20

// together is how many sequences are worked on at once: the largest divisor of
// their number whose buffers stay within chunkBytes.
func (l *layer) together(bytesEach int64) int64 {
	for n := l.batch; n > 1; n-- {
		if l.batch%n == 0 && n*bytesEach <= chunkBytes {
			return n
		}
	}
	return 1
}

func (l *layer) causal() bool { return l.w.Attention == workloads.Causal }
