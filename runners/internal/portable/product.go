package portable

import (
	"fmt"

	"joulemark/runners/internal/engine"
)

// Block sizes of a product. A worker sums blockM x blockN results at a time, in
// steps of blockK rows of B, so that those rows (128 KiB in float32) stay in the
// second-level cache and one row of sums in the first.
const (
	blockM = 128
	blockN = 512
	blockK = 64
)

// kernelName is what Task.Kernel says of a product. Blocks are at most of that
// size; which they are follows from the shape and the threads.
func kernelName(sums string) string {
	return fmt.Sprintf("portable go, 4 rows of B at a time, blocks of %dx%dx%d, %s", blockM, blockN, blockK, sums)
}

// A Product is C[M,N] = A[M,K] B[K,N], each element of C handed to Store once.
// Sums are made in T, over k four at a time.
type Product[T Float] struct {
	M, N, K int
	A, B    Rows[T]
	Store   Store[T]
}

// scratch is what one worker needs. Rows of A and B lie in x and buffers only
// where they must be expanded.
type scratch[T Float] struct {
	sums, x, buffers []T
	w                [][]T
}

// Step makes the product a step of the pool, with scratch for each worker.
func (p *Product[T]) Step(a *engine.Arena, name string, workers int) engine.Step {
	m, n := p.blocks(workers)
	scratches := make([]scratch[T], workers)
	for i := range scratches {
		scratches[i] = scratch[T]{engine.Alloc[T](a, m*n), engine.Alloc[T](a, blockK), engine.Alloc[T](a, blockK*n), make([][]T, blockK)}
	}
	rows := ceilDiv(p.M, m)
	return engine.Step{Name: name, Chunks: rows * ceilDiv(p.N, n), Do: func(worker, chunk int) {
		i, j := chunk%rows*m, chunk/rows*n
		p.block(&scratches[worker], i, min(i+m, p.M), j, min(j+n, p.N))
	}}
}

// blocks makes blocks smaller until every worker has a few to even out, rows
// first: they cost only the reuse of B, columns cost the length of the inner loop.
func (p *Product[T]) blocks(workers int) (m, n int) {
	m, n = min(blockM, p.M), min(blockN, p.N)
	for ceilDiv(p.M, m)*ceilDiv(p.N, n) < 3*workers {
		switch {
		case m > 8:
			m = ceilDiv(m, 2)
		case n > 64:
			n = ceilDiv(n, 2)
		default:
			return m, n
		}
	}
	return m, n
}

// block computes rows i0…i1-1 of columns j0…j1-1 and stores them.
func (p *Product[T]) block(s *scratch[T], i0, i1, j0, j1 int) {
	n := j1 - j0
	sums := s.sums[:(i1-i0)*n]
	clear(sums)
	for k0 := 0; k0 < p.K; k0 += blockK {
		k1 := min(k0+blockK, p.K)
		w := s.w[:k1-k0]
		for k := range w {
			w[k] = p.B.Row(k0+k, j0, j1, s.buffers[k*n:(k+1)*n])
		}
		for i := i0; i < i1; i++ {
			accumulate(sums[(i-i0)*n:(i-i0+1)*n], p.A.Row(i, k0, k1, s.x), w)
		}
	}
	for i := i0; i < i1; i++ {
		p.Store(i, j0, sums[(i-i0)*n:(i-i0+1)*n])
	}
}

func ceilDiv(n, d int) int { return (n + d - 1) / d }
