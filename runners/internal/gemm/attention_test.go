package gemm

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMultiply makes what attention makes: queries times keys, keys packed
// transposed, then the same added once more.
func TestMultiply(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *Kernels) {
		if k.Type != FP32 && (k.Type != BF16 || k.AWord != 2*k.Group) {
			return // attention has no products of this kind
		}
		r := rand.New(rand.NewPCG(3, 3))
		for range 100 {
			t.Run("", func(t *testing.T) {
				M, N, K := 1+r.IntN(40), 1+r.IntN(150), k.Group*(1+r.IntN(70))
				e := k.Type.elementBytes()
				queries, keys := newMatrix(t, r, M, K, e).values(k.Type, r), newMatrix(t, r, N, K, e).values(k.Type, r)
				c := newMatrix(t, r, M, N, 4)
				p := k.NewPacked(guarded(t, k.PackedBytes(K, N), true), K, N)
				half := (p.Panels() + 1) / 2
				p.PackTransposed(0, half, keys.data, keys.ld)
				if half < p.Panels() {
					p.PackTransposed(half, p.Panels(), keys.at(half*k.Columns(), 0), keys.ld)
				}
				k.Multiply(M, queries.data, queries.ld, &p, c.data, c.ld, false)
				k.Multiply(M, queries.data, queries.ld, &p, c.data, c.ld, true)
				q, columns := queries.dense(k.Type), make([]float64, K*N)
				for i, v := range keys.dense(k.Type) {
					columns[i%K*N+i/K] = v
				}
				want, magnitude := reference(M, N, K, q, columns, nil)
				for i := range want {
					require.NoError(t, close(k.Type, K, sum(k.Type, c.at(i/N, i%N)), 2*want[i], 2*magnitude[i]))
				}
			})
		}
	})
}
