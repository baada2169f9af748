package vector

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"joulemark/runners/internal/isa"
	"joulemark/workloads"

	"github.com/stretchr/testify/require"
)

// sets runs a test for the operations of every instruction set of this processor.
func sets(t *testing.T, f func(t *testing.T, o *Ops)) {
	t.Helper()
	for _, s := range isa.Available() {
		t.Run(s.Name, func(t *testing.T) {
			o := For(s)
			if s.Name != isa.NEON {
				require.Equal(t, s.Name, o.Name)
			}
			f(t, o)
		})
	}
}

// A room is what one check works in.
type room struct {
	*testing.T
	*Ops
	m *memory
	r *rand.Rand
	n int
}

func (c room) floats(n int, scale float64) []float32 {
	x := take[float32](c.T, c.m, n)
	for i := range x {
		x[i] = float32(scale * c.r.NormFloat64())
	}
	return x
}

func (c room) narrow(n int) []uint16 {
	x := take[uint16](c.T, c.m, n)
	for i := range x {
		x[i] = workloads.BF16Bits(float32(c.r.NormFloat64()))
	}
	return x
}

// near wants |got - want| <= rel |want| + abs.
func (c room) near(got float32, want, rel, abs float64, what ...any) {
	c.Helper()
	if d := math.Abs(float64(got) - want); !(d <= rel*math.Abs(want)+abs) {
		c.Fatalf("%d elements, %v: %g is not %g (off by %g)", c.n, what, got, want, d)
	}
}

// Errors in units of what fp32 rounds to: u is half the distance of neighbours.
const u = 0x1p-24

// TestEveryLength checks each operation against its formula in fp64 for all short
// lengths and some long ones, at the end and at the beginning of memory that may
// be touched.
func TestEveryLength(t *testing.T) {
	lengths := []int{191, 256, 1000, 2047, 2048, 2049, 4100, 8192}
	for n := range 131 {
		lengths = append(lengths, n)
	}
	sets(t, func(t *testing.T, o *Ops) {
		for name, check := range checks {
			t.Run(name, func(t *testing.T) {
				m, r := &memory{owner: t}, rand.New(rand.NewPCG(1, 2))
				for _, n := range lengths {
					for _, m.atEnd = range []bool{false, true} {
						check(room{t, o, m, r, n})
						m.done(t)
					}
				}
			})
		}
	})
}

var checks = map[string]func(room){
	"ToBF16": func(c room) {
		dst, src := c.narrow(c.n), c.floats(c.n, 1)
		c.ToBF16(dst, src)
		for i, v := range src {
			require.Equal(c, workloads.BF16Bits(v), dst[i])
		}
	},
	"FromBF16": func(c room) {
		dst, src := c.floats(c.n, 1), c.narrow(c.n)
		c.FromBF16(dst, src)
		for i, v := range src {
			require.Equal(c, workloads.BF16Float(v), dst[i])
		}
	},
	"ToFP16": func(c room) {
		dst, src := c.narrow(c.n), c.floats(c.n, 1)
		c.ToFP16(dst, src)
		for i, v := range src {
			require.Equal(c, workloads.FP16Bits(v), dst[i])
		}
	},
	"FromFP16": func(c room) {
		dst, src := c.floats(c.n, 1), c.narrow(c.n)
		c.FromFP16(dst, src)
		for i, v := range src {
			require.Equal(c, math.Float32bits(workloads.FP16Float(v)), math.Float32bits(dst[i]))
		}
	},
	"RoundFP16": func(c room) {
		x := c.floats(c.n, 1)
		was := append([]float32{}, x...)
		c.RoundFP16(x)
		for i, v := range was {
			require.Equal(c, workloads.FP16Float(workloads.FP16Bits(v)), x[i])
		}
	},
	"RoundBF16": func(c room) {
		x := c.floats(c.n, 1)
		was := append([]float32{}, x...)
		c.RoundBF16(x)
		for i, v := range was {
			require.Equal(c, workloads.BF16Float(workloads.BF16Bits(v)), x[i])
		}
	},
	"Add": func(c room) {
		y, x := c.floats(c.n, 1), c.floats(c.n, 1)
		was := append([]float32{}, y...)
		c.Add(y, x)
		for i, v := range was {
			require.Equal(c, v+x[i], y[i])
		}
	},
	"AddBF16": func(c room) {
		y, x := c.floats(c.n, 1), c.narrow(c.n)
		was := append([]float32{}, y...)
		c.AddBF16(y, x)
		for i, v := range was {
			require.Equal(c, v+workloads.BF16Float(x[i]), y[i])
		}
	},
	"Scale": func(c room) {
		y := c.floats(c.n, 1)
		was := append([]float32{}, y...)
		c.Scale(y, 0.3)
		for i, v := range was {
			require.Equal(c, v*0.3, y[i])
		}
	},
	"Uniform": func(c room) {
		dst, t := c.floats(c.n, 1), workloads.Tensor{Shape: []int{1 << 20}, Type: workloads.FP32, Fill: workloads.Uniform, Shift: c.n % 7, Index: 1}
		from := uint64(c.r.IntN(1 << 30))
		state, scale, ok := t.UniformStart(42, 3, from)
		require.True(c, ok)
		c.Uniform(dst, state, scale)
		for i, v := range dst {
			require.Equal(c, float32(t.At(42, 3, from+uint64(i))), v)
		}
	},
	"GELUTanh": func(c room) { c.activation(c.Ops.GELUTanh, geluTanhFormula) },
	"GELUErf":  func(c room) { c.activation(c.Ops.GELUErf, geluErfFormula) },
	"MulSiLU": func(c room) {
		y, gate := c.floats(c.n, 1), c.floats(c.n, 2)
		was := append([]float32{}, y...)
		c.MulSiLU(y, gate)
		for i, v := range was {
			c.near(y[i], float64(v)*siluFormula(float64(gate[i])), 16*u, 0, i, gate[i])
		}
	},
	"LayerNorm": func(c room) { c.layerNorm(3, 1) },
	// A row a hundred times its spread from zero: digits of the spread are lost with
	// those of the row, not to the sums.
	"LayerNorm far": func(c room) { c.layerNorm(100, 1) },
	"RMSNorm": func(c room) {
		dst, x, gain := c.floats(c.n, 1), c.floats(c.n, 3), c.floats(c.n, 1)
		square := 0.0
		for _, v := range x {
			square += float64(v) * float64(v)
		}
		c.RMSNorm(dst, x, gain, 1e-5)
		for i, v := range x {
			c.near(dst[i], float64(v)/math.Sqrt(square/float64(c.n)+1e-5)*float64(gain[i]), 6*u, 0, i)
		}
	},
	"Rotate": func(c room) {
		low, high, cos, sin := c.floats(c.n, 1), c.floats(c.n, 1), c.floats(c.n, 1), c.floats(c.n, 1)
		a, b := append([]float32{}, low...), append([]float32{}, high...)
		c.Rotate(low, high, cos, sin)
		for i := range a {
			a, b, x, y := float64(a[i]), float64(b[i]), float64(cos[i]), float64(sin[i])
			c.near(low[i], a*x-b*y, 0, 2*u*(math.Abs(a*x)+math.Abs(b*y)), i)
			c.near(high[i], a*y+b*x, 0, 2*u*(math.Abs(a*y)+math.Abs(b*x)), i)
		}
	},
	"Max": func(c room) {
		x := c.floats(c.n, 1)
		want := math.Inf(-1)
		for i := range x {
			x[i] -= 10 // all below zero, so that a tail of zeros would show
			want = max(want, float64(x[i]))
		}
		require.Equal(c, float32(want), c.Max(x))
	},
	"AbsMax": func(c room) {
		x := c.floats(c.n, 1)
		want := 0.0
		for _, v := range x {
			want = max(want, math.Abs(float64(v)))
		}
		require.Equal(c, float32(want), c.AbsMax(x))
	},
	"ExpSum": func(c room) {
		x := c.floats(c.n, 20)
		was := append([]float32{}, x...)
		sum, total := c.ExpSum(x, 0.7, 30), 0.0
		for i, v := range was {
			total += float64(x[i])
			c.near(x[i], expFormula(float64(v), 0.7, 30), 3*87*u, 0, i, v)
		}
		c.near(sum, total, 20*u, 0, "sum")
	},
	"ExpSumBF16": func(c room) {
		dst, x := c.narrow(c.n), c.floats(c.n, 20)
		sum, total := c.ExpSumBF16(dst, x, 0.7, 30), 0.0
		for i, v := range x {
			total += float64(workloads.BF16Float(dst[i]))
			c.near(workloads.BF16Float(dst[i]), expFormula(float64(v), 0.7, 30), 1.0/256+3*87*u, 0, i, v)
		}
		c.near(sum, total, 20*u, 0, "sum")
	},
	"Quantize": func(c room) {
		dst, x := take[uint8](c.T, c.m, c.n), c.floats(c.n, 60)
		c.Quantize(dst, x, 1.7)
		for i, v := range x {
			v *= 1.7
			require.Equal(c, uint8(math.RoundToEven(max(-127, min(127, float64(v))))+128), dst[i])
		}
	},
	"Dequantize": func(c room) {
		dst, sums, columns := c.floats(c.n, 1), take[int32](c.T, c.m, c.n), c.floats(c.n, 1)
		for i := range sums {
			sums[i] = int32(c.r.Uint32())
		}
		c.Dequantize(dst, sums, 0.37, columns)
		for i, s := range sums {
			c.near(dst[i], float64(s)*float64(float32(0.37))*float64(columns[i]), 4*u, 0, i)
		}
	},
}

// activation checks the numbers that occur; the sweeps of all others are in
// activation_test.go.
func (c room) activation(f func([]float32), formula func(float64) float64) {
	x := c.floats(c.n, 2)
	was := append([]float32{}, x...)
	f(x)
	for i, v := range was {
		c.near(x[i], formula(float64(v)), 256*u, 0, i, v)
	}
}

func (c room) layerNorm(mean, spread float64) {
	dst, x, gain, bias := c.floats(c.n, 1), c.floats(c.n, spread), c.floats(c.n, 1), c.floats(c.n, 1)
	average, square := 0.0, 0.0
	for i := range x {
		x[i] += float32(mean)
		average += float64(x[i])
	}
	average /= float64(c.n)
	for _, v := range x {
		square += (float64(v) - average) * (float64(v) - average)
	}
	scale := 1 / math.Sqrt(square/float64(c.n)+1e-5)
	c.LayerNorm(dst, x, gain, bias, 1e-5)
	for i, v := range x {
		normed := (float64(v) - average) * scale
		// The mean is rounded once, and so is the result.
		bound := u * (8*math.Abs(normed) + 2*(mean+spread)*scale) * math.Abs(float64(gain[i]))
		c.near(dst[i], normed*float64(gain[i])+float64(bias[i]), u, bound+u, fmt.Sprint(i, " of ", v))
	}
	copy(dst, x)
	again := append([]float32{}, dst...)
	c.LayerNorm(dst, dst, gain, bias, 1e-5)
	c.LayerNorm(again, x, gain, bias, 1e-5)
	require.Equal(c, again, append([]float32{}, dst...), "in place")
}
