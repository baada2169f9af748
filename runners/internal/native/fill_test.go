package native

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"joulemark/runners/internal/isa"
	"joulemark/runners/internal/vector"
	"joulemark/workloads"
)

// TestFillsAreTheGenerators: whatever makes an operand, its bits are those of package
// workloads.
func TestFillsAreTheGenerators(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for _, set := range isa.Available() {
		ops := vector.For(set)
		for _, d := range workloads.DTypes() {
			for _, law := range []workloads.Fill{workloads.Uniform, workloads.Normal, workloads.Integers, workloads.Zeros} {
				x := workloads.Tensor{Index: r.IntN(9), Shape: []int{1 << 20}, Type: d, Fill: law, Shift: r.IntN(30) - 1, Offset: float64(r.IntN(2))}
				for range 20 {
					n, from, s := r.IntN(2500), r.Uint64N(1<<40), r.IntN(1000)
					want, got := make([]byte, d.StoredBytes(n)), make([]byte, d.StoredBytes(n))
					x.FillBytes(42, s, want, from)
					fillBytes(ops, x, 42, s, got, from)
					require.Equal(t, want, got, "%s %s %+v", set.Name, d, x)
					if d == workloads.FP64 || d == workloads.INT32 {
						continue
					}
					wide, fast := make([]float32, n), make([]float32, n)
					x.FillF32(42, s, wide, from)
					fillF32(ops, x, 42, s, fast, from)
					require.Equal(t, wide, fast, "%s %s %+v", set.Name, d, x)
				}
			}
		}
	}
}
