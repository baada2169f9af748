package gemm

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFewRows has all that sweeps take and more, B where it lies and packed.
func TestFewRows(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *Kernels) {
		r := rand.New(rand.NewPCG(7, uint64(k.Type)))
		for i := range 300 {
			s := randomTrial(r, 130)
			s.M, s.packed, s.anyBlocks = 1+i%(maxSweepRows+1), r.IntN(4) == 0, r.IntN(2) == 0
			t.Run("", func(t *testing.T) { s.check(t, k) })
		}
	})
}

// TestTwoPlacesOfB has panels of which twinBytes hold all, some, one and less than one, with
// and without one that has no partner, an edge, passes over K.
func TestTwoPlacesOfB(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *Kernels) {
		k = k.ForRows(1)
		r := rand.New(rand.NewPCG(8, uint64(k.Type)))
		for _, rows := range []int{1, 2, 3, k.Rows} {
			plan := NewPlan(k, Product{M: rows, N: 64, K: 64, Packed: &Packed{}}, 1, Caches{})
			require.Equal(t, plan.together() > 1, strings.Contains(plan.String(), "panels in pairs"))
			if k.twinsFor(rows) == nil && k.Halves[rows] == nil {
				continue
			}
			for _, bytes := range []int{4 << 10, 40 << 10, 150 << 10} {
				words := bytes / k.rowBytes()
				for _, panels := range []int{1, 2, 7, 8} {
					s := trial{M: rows, N: panels*k.Columns() + r.IntN(2)*3, K: words*k.Group - r.IntN(k.Group),
						workers: 1 + r.IntN(2), packed: true, init: r.IntN(2) == 0, noC: r.IntN(2) == 0, seed: r.Uint64()}
					s.finish = s.noC
					if r.IntN(2) == 0 {
						s.caches = small
					}
					s.check(t, k)
				}
			}
		}
	})
}

func TestFewRowsTakeTheTilesThatReadBLess(t *testing.T) {
	for _, k := range allKernels() {
		for m := 1; m <= 2*fewRows; m++ {
			few := k.ForRows(m)
			require.LessOrEqual(t, ceilDiv(m, few.Rows), ceilDiv(m, k.Rows), "%s, %d rows", k.Name, m)
			switch narrower := k.Few != nil && k.Few.BWord < k.BWord; {
			case m <= fewRows && narrower:
				require.Same(t, k.Few, few)
			case m > fewRows || m <= k.Rows:
				require.Same(t, k, few)
			}
		}
	}
}
