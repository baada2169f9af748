package plots

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSpread(t *testing.T) {
	cases := []struct {
		name      string
		wanted    []float64
		lengths   []float64
		low, high float64
		want      []float64
	}{
		{"apart already", []float64{10, 30, 50}, []float64{10, 10, 10}, 0, 100, []float64{10, 30, 50}},
		{"a pair shares", []float64{50, 50}, []float64{10, 10}, 0, 100, []float64{45, 55}},
		{"order of places", []float64{51, 49}, []float64{10, 10}, 0, 100, []float64{55, 45}},
		{"held at the foot", []float64{2, 3}, []float64{10, 10}, 0, 100, []float64{5, 15}},
		{"held at the top", []float64{99, 98}, []float64{10, 10}, 0, 100, []float64{95, 85}},
		{"three lengths", []float64{50, 50, 50}, []float64{10, 20, 30}, 0, 100, []float64{95. / 3, 140. / 3, 215. / 3}},
		{"too many", []float64{5, 5, 5}, []float64{10, 10, 10}, 0, 15, []float64{2.5, 7.5, 12.5}},
		{"none", nil, nil, 0, 10, []float64{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			require.InDeltaSlice(t, c.want, spread(c.wanted, c.lengths, c.low, c.high), 1e-9)
		})
	}
}

// The result is the least squares one: no arrangement in the same order that does
// not overlap either lies nearer to the wishes.
func TestSpreadIsNearest(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		n := 1 + random.IntN(6)
		wanted, lengths := make([]float64, n), make([]float64, n)
		for i := range n {
			wanted[i], lengths[i] = 100*random.Float64(), 4+8*random.Float64()
		}
		slices.Sort(wanted)
		best := spread(wanted, lengths, 0, 100)
		require.True(t, disjoint(best, lengths, 0, 100, 1e-9), "%v", best)
		for range 300 {
			other := slices.Clone(best)
			for i := range other {
				other[i] += 6 * random.NormFloat64()
			}
			if disjoint(other, lengths, 0, 100, 0) {
				require.LessOrEqual(t, squares(best, wanted), squares(other, wanted)+1e-9)
			}
		}
	}
}

func disjoint(centres, lengths []float64, low, high, slack float64) bool {
	for i, c := range centres {
		left, right := c-lengths[i]/2, c+lengths[i]/2
		if left < low-slack || right > high+slack || i > 0 && left < centres[i-1]+lengths[i-1]/2-slack {
			return false
		}
	}
	return true
}

func squares(a, b []float64) (sum float64) {
	for i := range a {
		sum += (a[i] - b[i]) * (a[i] - b[i])
	}
	return sum
}
