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

// TestQuartersOfB has panels that are read by quarters: of one pass over K and of several, with words
// that fill no turn, an edge, workers.
func TestQuartersOfB(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *Kernels) {
		r := rand.New(rand.NewPCG(9, uint64(k.Type)))
		for _, rows := range []int{1, 3, k.Rows} {
			if k.Quarters[rows] == nil {
				continue
			}
			pass := 1024
			if k.twinsFor(rows) != nil {
				pass *= 2
			}
			for _, l2 := range []int{1 << 20, 4 * rows * k.AWord * (pass + 4)} { // one pass, two
				s := trial{M: rows, N: quartersColumns + r.IntN(20), K: (2*pass+r.IntN(5))*k.Group - r.IntN(k.Group),
					workers: 1 + r.IntN(2), packed: true, init: r.IntN(2) == 0, noC: r.IntN(2) == 0, seed: r.Uint64()}
				s.finish, s.caches = s.noC, Caches{L1Bytes: 32 << 10, L2Bytes: l2}
				plan := NewPlan(k, Product{M: s.M, N: s.N, K: s.K, Packed: &Packed{}}, s.workers, s.caches)
				require.Contains(t, plan.String(), "panels by quarters")
				s.check(t, k)
			}
		}
	})
}

// TestTwoPlacesOfB has panels of which twinBytes hold all, some, one and less than one, with
// and without one that has no partner, an edge, passes over K.
func TestTwoPlacesOfB(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *Kernels) {
		k = k.ForRows(1)
		r := rand.New(rand.NewPCG(8, uint64(k.Type)))
		for _, rows := range []int{1, 2, 3} {
			plan := NewPlan(k, Product{M: rows, N: 64, K: 64, Packed: &Packed{}}, 1, Caches{})
			require.Equal(t, plan.together() > 1, strings.Contains(plan.String(), "panels in pairs"))
			if k.twinsFor(rows) == nil {
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
