package vector

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// sweep is every exponent of fp32, denormals too, with both signs, and densely what
// lies between -20 and 20.
func sweep() []float32 {
	r := rand.New(rand.NewPCG(3, 4))
	var x []float32
	for exponent := range uint32(255) {
		for range 200 {
			x = append(x, math.Float32frombits(exponent<<23|r.Uint32()&0x807fffff))
		}
	}
	for v := -20.0; v < 20; v += 1. / 4096 {
		x = append(x, float32(v+r.Float64()/4096))
	}
	return x
}

// tiny is where exp ends: results below are 0 or as small.
const tiny = 2e-36

// worst is the largest relative error, in u, of results above tiny, below which
// an error of tiny is allowed.
func worst(t *testing.T, x, got []float32, formula, exponent func(float64) float64) (fixed, each float64) {
	t.Helper()
	for i, v := range x {
		want := formula(float64(v))
		d := math.Abs(float64(got[i]) - want)
		if math.Abs(want) < tiny {
			require.LessOrEqual(t, d, tiny, v)
			continue
		}
		if math.Abs(want) > math.MaxFloat32 {
			require.True(t, math.IsInf(float64(got[i]), 0))
			continue
		}
		relative := d / math.Abs(want) / u
		fixed, each = max(fixed, relative), max(each, relative/(1+math.Abs(exponent(float64(v)))))
	}
	return fixed, each
}

// silu is MulSiLU of ones.
func silu(o *Ops) func([]float32) {
	return func(x []float32) {
		gate := slices.Clone(x)
		for i := range x {
			x[i] = 1
		}
		o.MulSiLU(x, gate)
	}
}

// TestActivationErrors holds the errors that the generator states: GELUErf and SiLU
// the same number of u everywhere, GELUTanh one that grows with the exponent
// of e that it is made from, because that is rounded.
func TestActivationErrors(t *testing.T) {
	tanhExponent := func(x float64) float64 { return 2 * math.Sqrt(2/math.Pi) * (x + 0.044715*x*x*x) }
	none := func(float64) float64 { return 0 }
	sets(t, func(t *testing.T, o *Ops) {
		for _, c := range []struct {
			name              string
			f                 func([]float32)
			formula, exponent func(float64) float64
			bound             float64
		}{
			{"GELUErf", o.GELUErf, geluErfFormula, none, 12},
			{"SiLU", silu(o), siluFormula, none, 12},
			{"GELUTanh", o.GELUTanh, geluTanhFormula, tanhExponent, 4},
		} {
			x := sweep()
			y := append([]float32{}, x...)
			c.f(y)
			fixed, each := worst(t, x, y, c.formula, c.exponent)
			t.Logf("%s: %.1f u, or %.1f u (1 + |exponent|)", c.name, fixed, each)
			require.LessOrEqual(t, each, c.bound, c.name)
		}
	})
}

// TestExpErrors: with scale 1 and top 0 the difference is exact, so that what is left
// is the error of exp.
func TestExpErrors(t *testing.T) {
	sets(t, func(t *testing.T, o *Ops) {
		var x []float32
		for _, v := range sweep() {
			if v >= expLow && v <= expHigh {
				x = append(x, v)
			}
		}
		for v := float32(expLow); v < expHigh; v += 1. / 512 {
			x = append(x, v)
		}
		got := append([]float32{}, x...)
		o.ExpSum(got, 1, 0)
		fixed, _ := worst(t, x, got, math.Exp, func(float64) float64 { return 0 })
		t.Logf("%.1f u", fixed)
		require.LessOrEqual(t, fixed, 8.0)
	})
}
