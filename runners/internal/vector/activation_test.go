package vector

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/isa"
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

// TestSpecial: what is no ordinary number gives what plain Go gives.
func TestSpecial(t *testing.T) {
	inf, nan := float32(math.Inf(1)), math.Float32frombits(0x7fc00000)
	special := []float32{
		0, math.Float32frombits(0x80000000), inf, -inf, nan, math.Float32frombits(0xff800001), math.Float32frombits(0x7fffffff),
		math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32, math.MaxFloat32, -math.MaxFloat32, 0x1p-126, -0x1p-126,
		1e-38, -100, 100, -88, -87.1, 88.8, 3.3e38, math.Float32frombits(0x3f808000), math.Float32frombits(0x3f818000), 1e-40, -1e-40,
	}
	special = append(special, special...) // whole vectors and tails
	special = append(special, special[:5]...)
	plain := tables[isa.Portable]
	sets(t, func(t *testing.T, o *Ops) {
		for name, f := range map[string]func(o *Ops, x []float32){
			"GELUErf":   func(o *Ops, x []float32) { o.GELUErf(x) },
			"GELUTanh":  func(o *Ops, x []float32) { o.GELUTanh(x) },
			"MulSiLU":   func(o *Ops, x []float32) { o.MulSiLU(x, slices.Repeat([]float32{1.5}, len(x))) },
			"SiLU":      func(o *Ops, x []float32) { silu(o)(x) },
			"RoundBF16": func(o *Ops, x []float32) { o.RoundBF16(x) },
			"ExpSum":    func(o *Ops, x []float32) { o.ExpSum(x, 1, 0) },
			"ToBF16": func(o *Ops, x []float32) {
				narrow := make([]uint16, len(x))
				o.ToBF16(narrow, x)
				o.FromBF16(x, narrow)
			},
			"Quantize": func(o *Ops, x []float32) {
				bytes := make([]uint8, len(x))
				o.Quantize(bytes, x, 1)
				for i, b := range bytes {
					x[i] = float32(b)
				}
			},
		} {
			want, got := append([]float32{}, special...), append([]float32{}, special...)
			f(plain, want)
			f(o, got)
			for i, w := range want {
				same(t, w, got[i], "%s of %g", name, special[i])
			}
		}
	})
}

// same wants equal signs and, but for a few u, equal values; NaN and infinities alone
// where the other has them.
func same(t *testing.T, want, got float32, what ...any) {
	t.Helper()
	switch w := float64(want); {
	case math.IsNaN(w):
		require.True(t, got != got, what...)
	case math.IsInf(w, 0):
		require.Equal(t, want, got, what...)
	case math.Abs(w) > tiny:
		require.InEpsilon(t, want, got, 1e-5, what...)
	default:
		require.InDelta(t, want, got, tiny, what...)
	}
}
