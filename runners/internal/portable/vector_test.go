package portable

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Small integers are exact in any order, so that a naive sum is the truth.
func TestVectorsOfEveryLength(t *testing.T) {
	for n := range 12 {
		for rows := range 10 {
			x, y, want := make([]float64, rows), make([]float64, n), make([]float64, n)
			w := make([][]float64, rows)
			for k := range w {
				x[k], w[k] = float64(k-2), make([]float64, n)
				for j := range w[k] {
					w[k][j] = float64(j*j - 3*k)
					want[j] += x[k] * w[k][j]
				}
			}
			accumulate(y, x, w)
			require.Equal(t, want, y, "%d rows of %d", rows, n)
		}
		a, b, sum := make([]float32, n), make([]float32, n), float32(0)
		for i := range a {
			a[i], b[i] = float32(i+1), float32(2*i-5)
			sum += a[i] * b[i]
		}
		require.Equal(t, sum, dot(a, b), "dot of %d", n)
	}
}
