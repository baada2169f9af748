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
				g := divide(k, &Product{M: m, N: n, Packed: packed}, workers, blocking{})
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
		g := divide(k, &Product{M: c.n, N: c.n}, c.workers, blocking{inPlace: true})
		fair := float64(c.n) * float64(ceilDiv(c.n, k.Lanes)) / float64(c.workers)
		require.LessOrEqual(t, float64(g.cost(k.Lanes, false)), c.over*fair, "n = %d, %d workers: %+v", c.n, c.workers, g)
	}
}
