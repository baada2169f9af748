package workloads

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// lanes is a matrix with two versions of each row: row i of exact is computed in
// float64 throughout, row i of rounded from tensors rounded to the layer's type.
// Both run through the same code side by side, because they share the weights,
// which cost as much to generate as a few rows cost to multiply.
type lanes struct {
	rows, cols     int
	exact, rounded []float64 // row-major
}

func newLanes(rows, cols int) lanes {
	return lanes{rows, cols, make([]float64, rows*cols), make([]float64, rows*cols)}
}

// both returns row i of the two versions.
func (m lanes) both(i int) [2][]float64 {
	from, to := i*m.cols, (i+1)*m.cols
	return [2][]float64{m.exact[from:to:to], m.rounded[from:to:to]}
}

// columns is a copy of columns from…to-1.
func (m lanes) columns(from, to int) lanes {
	out := newLanes(m.rows, to-from)
	for i := range m.rows {
		src, dst := m.both(i), out.both(i)
		copy(dst[0], src[0][from:to])
		copy(dst[1], src[1][from:to])
	}
	return out
}

// pick is a copy of the given rows.
func (m lanes) pick(rows []int) lanes {
	out := newLanes(len(rows), m.cols)
	for i, r := range rows {
		src, dst := m.both(r), out.both(i)
		copy(dst[0], src[0])
		copy(dst[1], src[1])
	}
	return out
}

// each calls f with every row of every lane of m, in parallel.
func (m lanes) each(f func(row []float64, i int)) {
	parallel(m.rows, func(i int) {
		for _, row := range m.both(i) {
			f(row, i)
		}
	})
}

// store rounds the rounded lane to d, as a runner does that keeps m in memory.
func (m lanes) store(d DType) lanes {
	parallel(m.rows, func(i int) {
		row := m.both(i)[1]
		for j, x := range row {
			row[j] = Round(d, x)
		}
	})
	return m
}

// add adds o to m.
func (m lanes) add(o lanes) lanes {
	for i := range m.exact {
		m.exact[i] += o.exact[i]
		m.rounded[i] += o.rounded[i]
	}
	return m
}

// parallel calls f(0)…f(n-1) on all CPUs that Go may use.
func parallel(n int, f func(i int)) {
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	group.Wait()
}
