package gemm

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSharedRows: products in which rows are shared are right.
func TestSharedRows(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *Kernels) {
		r := rand.New(rand.NewPCG(7, uint64(k.Type)))
		trials := 20
		if testing.Short() { // emulated
			trials = 6
		}
		for range trials {
			s := randomTrial(r, 90)
			s.packed, s.anyBlocks, s.workers = true, true, 2+r.IntN(5)
			s.M, s.K = s.workers*shareStrips*k.Rows+r.IntN(50), 1+r.IntN(30)
			t.Run("", func(t *testing.T) { s.check(t, k) })
		}
	})
}

// TestSharedColumns: products of few rows, in which panels are shared, are right.
func TestSharedColumns(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *Kernels) {
		r := rand.New(rand.NewPCG(10, uint64(k.Type)))
		for i := range 4 {
			s := randomTrial(r, 60)
			s.M, s.packed, s.workers = 1+5*i, true, 2+i%2
			s.K += 40 // with a word or two of K, cells lie one above the other
			s.N = s.workers*2*shareFew*k.Columns() + r.IntN(3*k.Columns())
			p := Product{M: s.M, N: s.N, K: s.K, LDA: s.K * k.Type.elementBytes(), Packed: &Packed{}}
			plan := NewPlan(k, p, s.workers, s.caches)
			require.Equal(t, shareFew/plan.together(), plan.shares.chunks, "%d rows", s.M)
			require.Equal(t, plan.together()*k.Columns(), plan.shares.cols)
			t.Run("", func(t *testing.T) { s.check(t, k) })
		}
	})
}

// eachFirst runs products, one worker after the other and each the first once, and tells what
// the first and the last of each made.
func eachFirst(plan *Plan, by []int, check func(product, first, last int)) {
	for product := range by {
		clear(by)
		for i := range by {
			plan.Run((product + i) % len(by))
		}
		check(product, by[product], by[(product+len(by)-1)%len(by)])
	}
}

// TestWhoeverIsFree: a worker that comes before the others takes what is shared, every
// row is made once in each product, and none is made for the next.
func TestWhoeverIsFree(t *testing.T) {
	const workers = 6 // more than look after one cell
	eachKernel(t, func(t *testing.T, k *Kernels) {
		m := workers * shareStrips * k.Rows
		b := newMatrix(t, rand.New(rand.NewPCG(8, 1)), 5, 7, k.Type.elementBytes()).values(k.Type, rand.New(rand.NewPCG(8, 2)))
		a := newMatrix(t, rand.New(rand.NewPCG(8, 3)), m, 5, k.Type.elementBytes()).values(k.Type, rand.New(rand.NewPCG(8, 4)))
		made := make([]int, m)
		by := [workers]int{}
		p := Product{M: m, N: 7, K: 5, A: a.data, LDA: a.ld, Packed: packAll(t, k, 5, 7, b, rand.New(rand.NewPCG(8, 5)))}
		p.Finish = func(worker, row, rows, _, _ int, _ ptr, _ int) {
			by[worker] += rows
			for i := range rows {
				made[row+i]++
			}
		}
		plan := NewPlan(k, p, workers, Caches{L2Bytes: 1 << 20})
		require.Equal(t, workers, plan.grid.rows)
		require.Positive(t, plan.shares.chunks)
		plan.SetScratch(guarded(t, plan.ScratchBytes(), true))
		eachFirst(plan, by[:], func(product, first, last int) {
			for row, n := range made {
				require.Equal(t, product+1, n, "row %d", row)
			}
			shared := shareChunks * plan.shares.rows
			require.Equal(t, m/workers+(shareVisitors-1)*shared, first)
			require.Equal(t, m/workers-shared, last)
		})
	})
}

// TestSharedPanels: where rows are few, a worker that comes before the others takes the panels
// that are shared, and every column is made once in each product.
func TestSharedPanels(t *testing.T) {
	const workers, rows, depth = 3, 2, 5
	eachKernel(t, func(t *testing.T, k *Kernels) {
		r := rand.New(rand.NewPCG(9, uint64(k.Type)))
		n := (workers*(2*shareFew+1))*k.Columns() - 3 // cells of different sizes, and an edge
		a := newMatrix(t, r, rows, depth, k.Type.elementBytes()).values(k.Type, r)
		b := newMatrix(t, r, depth, n, k.Type.elementBytes()).values(k.Type, r)
		made, by := make([]int, n), [workers]int{}
		p := Product{M: rows, N: n, K: depth, A: a.data, LDA: a.ld, Packed: packAll(t, k, depth, n, b, r)}
		p.Finish = func(worker, row, rows, col, cols int, _ ptr, _ int) {
			by[worker] += rows * cols
			for j := range cols {
				made[col+j] += rows
			}
		}
		plan := NewPlan(k, p, workers, Caches{})
		require.Equal(t, shareFew/plan.together(), plan.shares.chunks)
		plan.SetScratch(guarded(t, plan.ScratchBytes(), true))
		eachFirst(plan, by[:], func(product, first, last int) {
			for col, m := range made {
				require.Equal(t, rows*(product+1), m, "column %d", col)
			}
			require.Greater(t, first, 2*last)
		})
	})
}

// Few rows with few panels are divided, and that is all.
func TestFewPanelsAreNotShared(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *Kernels) {
		p := Product{M: 1, N: (2*shareFew - 1) * 2 * k.Columns(), K: 64, LDA: 256, Packed: &Packed{}}
		require.Zero(t, NewPlan(k, p, 2, Caches{}).shares.chunks)
	})
}
