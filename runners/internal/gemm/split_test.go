package gemm

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCellsCoverEveryElementOnce for any numbers of workers, empty cells included.
func TestCellsCoverEveryElementOnce(t *testing.T) {
	k := &Kernels{Rows: 6, Vectors: 4, Lanes: 16, Group: 1}
	for _, workers := range []int{1, 2, 3, 5, 7, 64} {
		for _, size := range [][2]int{{1, 1}, {1, 1000}, {100, 100}, {130, 200}, {4096, 1}, {7, 65}} {
			for _, packed := range []*Packed{nil, {}} {
				m, n := size[0], size[1]
				g := divide(k, &Product{M: m, N: n, K: 100, Packed: packed}, workers, blocking{kc: 100})
				count, largest := make([]int, m*n), g.largest()
				for w := range workers {
					c := g.cell(w)
					require.True(t, c.rows <= largest.rows && c.cols <= largest.cols)
					for i := c.row; i < c.row+c.rows; i++ {
						for j := c.col; j < c.col+c.cols; j++ {
							count[i*n+j]++
						}
					}
				}
				for _, c := range count {
					require.Equal(t, 1, c, "%d x %d for %d workers", m, n, workers)
				}
			}
		}
	}
}

// TestCellsAreEven: what the largest cell has over its fair share is below what one
// vector of columns, or a row, would make.
func TestCellsAreEven(t *testing.T) {
	k := &Kernels{Rows: 6, Vectors: 4, Lanes: 16, Group: 1}
	for _, c := range []struct {
		n, workers int
		over       float64
	}{{100, 2, 1.01}, {130, 2, 1.01}, {200, 2, 1.01}, {1024, 2, 1.01}, {1000, 64, 1.08}, {4096, 64, 1.01}, {4096, 48, 1.01}} {
		g := divide(k, &Product{M: c.n, N: c.n, K: c.n}, c.workers, blocking{kc: c.n, inPlace: true})
		l := g.largest()
		fair := float64(c.n) * float64(ceilDiv(c.n, k.Lanes)) / float64(c.workers)
		require.LessOrEqual(t, float64(l.rows*ceilDiv(l.cols, k.Lanes)), c.over*fair, "n = %d, %d workers: %+v", c.n, c.workers, g)
	}
}

// TestDivisionsThatWereMeasured on two cores of Zen 4 by AVX-512, where the other one
// cost 4 to 90 %; few rows are never divided, so that B is read once.
func TestDivisionsThatWereMeasured(t *testing.T) {
	c := Caches{L1Bytes: 32 << 10, L2Bytes: 1 << 20}
	fp32 := &Kernels{Type: FP32, Rows: 6, Vectors: 4, Lanes: 16, Group: 1, BWord: 4, AWord: 4}
	int8 := &Kernels{Type: INT8, Rows: 6, Vectors: 4, Lanes: 16, Group: 4, BWord: 4, AWord: 4}
	for _, d := range []struct {
		k             *Kernels
		m, n, K       int
		packed        *Packed
		rows, columns int
	}{
		{fp32, 256, 256, 256, &Packed{}, 2, 1},
		{fp32, 1024, 1024, 1024, &Packed{}, 2, 1},
		{fp32, 2048, 2048, 2048, nil, 1, 2},
		{int8, 256, 256, 256, nil, 2, 1},
		{int8, 1024, 1024, 1024, &Packed{}, 2, 1},
		{int8, 2048, 2048, 2048, nil, 1, 2},
		{fp32, 8, 4000, 4000, &Packed{}, 1, 2},
		{fp32, 1, 1000, 1000, nil, 1, 2},
	} {
		p := Product{M: d.m, N: d.n, K: d.K, Packed: d.packed}
		g := divide(d.k, &p, 2, choose(d.k, &p, c))
		require.Equal(t, [2]int{d.rows, d.columns}, [2]int{g.rows, g.columns}, "%+v", d)
	}
}
