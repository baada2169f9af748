package native

import (
	"math"

	"joulemark/runners/internal/engine"
	"joulemark/runners/internal/vector"
)

// Attention goes by blocks of keys with a running maximum and sum, so that no row of
// scores is ever longer than a block and scratch does not grow with the context
// (Milakov and Gimelshein 2018, online normalizer calculation for softmax,
// arXiv:1805.02867; Dao et al. 2022, FlashAttention, arXiv:2205.14135).

// partials are what rows, each a query of one head, have seen so far: the largest
// score, the sum of weights and the weighted sum of values.
type partials struct {
	ops         *vector.Ops
	dim         int
	top, weight []float32
	sums        []float32 // [len(top), dim]
}

func newPartials(a *engine.Arena, ops *vector.Ops, n, dim int) partials {
	return partials{ops, dim, engine.Alloc[float32](a, n), engine.Alloc[float32](a, n), engine.Alloc[float32](a, n*dim)}
}

func (p *partials) row(i int) []float32 { return p.sums[i*p.dim : (i+1)*p.dim] }

// reset forgets what row i has seen. Its sums are left to be overwritten.
func (p *partials) reset(i int) { p.top[i], p.weight[i] = float32(math.Inf(-1)), 0 }

// raise makes top the maximum of row i, if it is one, and brings what the row has to it.
func (p *partials) raise(i int, top float32) {
	if top <= p.top[i] {
		return
	}
	if p.weight[i] != 0 {
		fade := fading(p.top[i], top)
		p.weight[i] *= fade
		p.ops.Scale(p.row(i), fade)
	}
	p.top[i] = top
}

// fading is what weights below an old maximum are worth below a new one.
func fading(old, top float32) float32 { return float32(math.Exp(float64(old - top))) }

// mean is the weighted mean of the values that row i has seen, in place.
func (p *partials) mean(i int) []float32 {
	p.ops.Scale(p.row(i), 1/p.weight[i])
	return p.row(i)
}

// join adds what row j has seen to row i, and spoils row j.
func (p *partials) join(i, j int) {
	p.raise(i, p.top[j])
	fade := fading(p.top[j], p.top[i])
	p.weight[i] += p.weight[j] * fade
	p.ops.Scale(p.row(j), fade)
	p.ops.Add(p.row(i), p.row(j))
}

func ceilDiv(n, d int) int { return (n + d - 1) / d }
