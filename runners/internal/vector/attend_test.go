package vector

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"joulemark/workloads"
)

// A shape of attention: queries of dim elements, n keys.
type shape struct{ queries, dim, n int }

// shapes has the dimensions that models have and odd ones, every small number of
// keys and queries, and so many keys that there are several chunks.
func shapes() []shape {
	var list []shape
	for _, dim := range []int{0, 1, 3, 7, 8, 9, 15, 16, 17, 31, 33, 40, 47, 63, 64, 65, 80, 96, 100, 112, 128, 131, 256} {
		for _, queries := range []int{1, 2, 3, 4, 5, 7, 8} {
			list = append(list, shape{queries, dim, (dim*7 + queries*5) % 41})
		}
	}
	for n := range 70 {
		list = append(list, shape{1 + n%8, 40, n}, shape{1, 16, n}, shape{8, 24, n})
	}
	for queries := 1; queries <= 19; queries++ {
		list = append(list, shape{queries, 64, 117}, shape{queries, 16, 515})
	}
	return list
}

func TestAttend(t *testing.T) {
	sets(t, func(t *testing.T, o *Ops) {
		m, r := &memory{owner: t}, rand.New(rand.NewPCG(5, 6))
		for _, s := range shapes() {
			t.Run(fmt.Sprint(s), func(t *testing.T) {
				for _, m.atEnd = range []bool{false, true} {
					c := room{t, o, m, r, s.n}
					keys, narrow := c.floats(s.n*s.dim, 1), c.narrow(s.n*s.dim)
					c.scores(s, keys, func(dst, q []float32) { o.Scores(dst, q, keys, s.queries) })
					c.scores(s, widened(narrow), func(dst, q []float32) { o.ScoresBF16(dst, q, narrow, s.queries) })
					c.gather(s, keys, func(y, w []float32) { o.Gather(y, w, keys, s.queries) })
					c.gather(s, widened(narrow), func(y, w []float32) { o.GatherBF16(y, w, narrow, s.queries) })
					m.done(t)
				}
			})
		}
	})
}

func widened(x []uint16) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = workloads.BF16Float(v)
	}
	return y
}

// scores wants the products, whatever dst holds before. The bound is that of a sum of
// dim terms in any order.
func (c room) scores(s shape, keys []float32, f func(dst, q []float32)) {
	c.Helper()
	dst, q := c.floats(s.queries*s.n, math.NaN()), c.floats(s.queries*s.dim, 1)
	f(dst, q)
	for i := range s.queries {
		for j := range s.n {
			sum, size := 0.0, 0.0
			for l := range s.dim {
				p := float64(q[i*s.dim+l]) * float64(keys[j*s.dim+l])
				sum, size = sum+p, size+math.Abs(p)
			}
			c.near(dst[i*s.n+j], sum, 0, u*float64(s.dim)*size, s, i, j)
		}
	}
}

func (c room) gather(s shape, values []float32, f func(y, w []float32)) {
	c.Helper()
	y, w := c.floats(s.queries*s.dim, 1), c.floats(s.queries*s.n, 1)
	was := slices.Clone(y)
	f(y, w)
	for i := range s.queries {
		for l := range s.dim {
			sum := float64(was[i*s.dim+l])
			size := math.Abs(sum)
			for j := range s.n {
				p := float64(w[i*s.n+j]) * float64(values[j*s.dim+l])
				sum, size = sum+p, size+math.Abs(p)
			}
			c.near(y[i*s.dim+l], sum, 0, u*float64(s.n+1)*size, s, i, l)
		}
	}
}
