package vector

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/isa"
)

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
			"ExpSumBF16": func(o *Ops, x []float32) {
				narrow := make([]uint16, len(x))
				o.ExpSumBF16(narrow, x, 1, 0)
				o.FromBF16(x, narrow)
			},
			"ToBF16": func(o *Ops, x []float32) {
				narrow := make([]uint16, len(x))
				o.ToBF16(narrow, x)
				o.FromBF16(x, narrow)
			},
			"RoundFP16": func(o *Ops, x []float32) { o.RoundFP16(x) },
			"ToFP16": func(o *Ops, x []float32) {
				narrow := make([]uint16, len(x))
				o.ToFP16(narrow, x)
				o.FromFP16(x, narrow)
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

// TestNaN: one NaN, in a vector or in the tail, shows where it should.
func TestNaN(t *testing.T) {
	const n = 77
	nan := float32(math.NaN())
	sets(t, func(t *testing.T, o *Ops) {
		for i := range n {
			x, ones := floats(n), slices.Repeat([]float32{1}, n)
			top := o.Max(x)
			x[i] = nan
			require.LessOrEqual(t, o.Max(x), top, "Max passes over NaN")
			require.True(t, isNaN(o.AbsMax(x)), "AbsMax")
			require.True(t, isNaN(o.ExpSum(slices.Clone(x), 1, top)), "ExpSum")
			require.True(t, isNaN(o.ExpSumBF16(make([]uint16, n), x, 1, top)), "ExpSumBF16")
			y := make([]float32, n)
			o.RMSNorm(y, x, ones, 1e-5)
			require.True(t, isNaN(y[0]) && isNaN(y[n-1]), "RMSNorm")
			o.LayerNorm(y, x, ones, ones, 1e-5)
			require.True(t, isNaN(y[0]) && isNaN(y[n-1]), "LayerNorm")
		}
	})
}

// TestNormsOfHugeRows: numbers whose squares fp32 does not hold are normed like others.
func TestNormsOfHugeRows(t *testing.T) {
	plain := tables[isa.Portable]
	sets(t, func(t *testing.T, o *Ops) {
		for _, size := range []float32{1e17, 1e18, 1e19, 1e30, 3e38} {
			for _, n := range []int{1, 7, 16, 77, 5000} {
				x, gain, want, got := floats(n), slices.Repeat([]float32{1}, n), make([]float32, n), make([]float32, n)
				for i := range x {
					x[i] *= size / 4 // floats are within 4
				}
				plain.RMSNorm(want, x, gain, 1e-5)
				o.RMSNorm(got, x, gain, 1e-5)
				require.InDeltaSlice(t, want, got, 1e-5, "RMSNorm of %d x %g", n, size)
				plain.LayerNorm(want, x, gain, gain, 1e-5)
				o.LayerNorm(got, x, gain, gain, 1e-5)
				require.InDeltaSlice(t, want, got, 1e-5, "LayerNorm of %d x %g", n, size)
			}
		}
	})
}

func isNaN(v float32) bool { return v != v }

// TestMasked: a row with nothing but masked scores has the sum 0 and weights 0, and one
// with some has them alone at 0.
func TestMasked(t *testing.T) {
	sets(t, func(t *testing.T, o *Ops) {
		for n := range 70 {
			x := slices.Repeat([]float32{float32(math.Inf(-1))}, n)
			narrow := slices.Repeat([]uint16{7}, n)
			require.Zero(t, o.ExpSumBF16(narrow, x, 0.125, o.Max(x)))
			require.Equal(t, make([]uint16, n), narrow)
			require.Zero(t, o.ExpSum(x, 0.125, o.Max(x)))
			require.Equal(t, make([]float32, n), x)
			if n > 0 {
				x := slices.Repeat([]float32{float32(math.Inf(-1))}, n)
				x[n/2] = 3
				require.Equal(t, float32(1), o.ExpSum(x, 1, o.Max(x)))
				require.Equal(t, float32(1), x[n/2])
			}
		}
	})
}
