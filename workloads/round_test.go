package workloads

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// representable lists every finite value >= 0 of a small float format, by the
// definition of IEEE 754: mantissa bits below a hidden one, subnormals below.
func representable(exponentBits, mantissaBits, bias int, last float64) (values []float64) {
	for e := range 1 << exponentBits {
		for m := range 1 << mantissaBits {
			fraction := float64(m) / float64(int(1)<<mantissaBits)
			v := math.Ldexp(1+fraction, e-bias)
			if e == 0 {
				v = math.Ldexp(fraction, 1-bias)
			}
			if v <= last {
				values = append(values, v)
			}
		}
	}
	return values
}

// nearestEven finds the neighbour of x >= 0 in values (all patterns in order, so
// that an even place is an even mantissa).
func nearestEven(values []float64, x float64) float64 {
	i, found := slices.BinarySearch(values, x)
	switch {
	case found:
		return x
	case i == len(values):
		return values[i-1]
	}
	below, above := x-values[i-1], values[i]-x
	if below < above || below == above && (i-1)%2 == 0 {
		return values[i-1]
	}
	return values[i]
}

func TestRoundTakesTheNearestRepresentableValue(t *testing.T) {
	for name, values := range map[DType][]float64{
		FP16:    representable(5, 10, 15, 65504),
		BF16:    representable(8, 7, 127, math.MaxFloat32),
		TF32:    representable(8, 10, 127, math.MaxFloat32),
		FP8E4M3: representable(4, 3, 7, 448),
		FP8E5M2: representable(5, 2, 15, 57344),
	} {
		t.Run(string(name), func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			check := func(x float64) {
				require.Equal(t, nearestEven(values, x), Round(name, x), "%v", x)
				require.Equal(t, -nearestEven(values, x), Round(name, -x), "%v", -x)
			}
			for i := range min(len(values)-1, 3000) {
				low, high := values[i], values[i+1]
				middle := low + (high-low)/2
				for _, x := range []float64{low, middle, float64(math.Nextafter32(float32(middle), 0)), float64(math.Nextafter32(float32(middle), 1e30))} {
					check(x)
				}
			}
			for range 3000 {
				check(float64(float32(math.Ldexp(random.Float64(), random.IntN(24)-16))))
			}
		})
	}
}

func TestRoundKeepsWhatTheTypeHolds(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		d       DType
		x, want float64
	}{
		{FP64, 0x1.fffffffffffffp-1, 0x1.fffffffffffffp-1},
		{FP32, 0x1.fffffffffffffp-1, 1},
		{FP32, 0x1.000001p0, 1},                                // tie to even
		{FP32, 0x1.000003p0, 0x1.000004p0},                     // tie to even, upwards
		{BF16, 0x1.01p0, 1},                                    // tie to even
		{BF16, 0x1.03p0, 0x1.04p0},                             // tie to even, upwards
		{BF16, 0x1.0100000001p0, 1},                            // by way of fp32
		{BF16, 0x1.ffp127, inf},                                // beyond the largest
		{BF16, inf, inf}, {BF16, -inf, -inf}, {BF16, nan, nan}, //
		{TF32, 0x1.002001p0, 1}, {TF32, 0x1.002p0, 1}, // by way of fp32; ten stored bits: half of the last
		{TF32, 0x1.006p0, 0x1.008p0},               // and its double's half, upwards
		{TF32, 0x1.002002p0, 0x1.004p0},            // a unit of fp32 above the half
		{TF32, 0x1p-136, 0x1p-136},                 // the smallest
		{TF32, 0x1p-137, 0},                        // half of it
		{TF32, 0x1.ffep127, inf}, {TF32, nan, nan}, // half a unit above the largest
		{FP16, 65519.99, 65504}, {FP16, 65520, inf}, // half an ulp above the largest
		{FP16, 0x1p-25, 0}, {FP16, 0x1.8p-25, 0x1p-24}, // subnormals
		{FP16, 0x1.002p0, 1}, {FP16, 0x1.006p0, 0x1.008p0}, {FP16, -inf, -inf}, {FP16, nan, nan}, // halves
		{FP16, 0x1.ff8p-15, 0x1.ff8p-15}, {FP16, 0x1.ffcp-15, 0x1p-14}, // the largest subnormal, and half a unit above
		{FP8E4M3, 1.0625, 1}, {FP8E4M3, 1.1875, 1.25}, {FP8E4M3, 1.1874, 1.125}, // three stored bits
		{FP8E4M3, 0x1p-10, 0}, {FP8E4M3, 0x1.8p-10, 0x1p-9}, {FP8E4M3, 0x1.ep-7, 0x1p-6}, // subnormals
		{FP8E5M2, 1.125, 1}, {FP8E5M2, 1.375, 1.5}, {FP8E5M2, 0x1p-17, 0}, {FP8E5M2, 0x1.8p-17, 0x1p-16}, // two
		{FP8E5M2, 61440, inf}, {FP8E5M2, -inf, -inf}, {FP8E5M2, nan, nan}, {FP8E4M3, nan, nan}, //
		{FP8E4M3, 464, 448}, {FP8E4M3, 465, nan}, {FP8E4M3, inf, nan}, //
		{FP8E5M2, 61439, 57344}, {FP8E5M2, 61441, inf}, //
		{INT8, 2.5, 2}, {INT8, -200, -127}, {INT8, nan, 0}, //
		{INT4, 9, 7}, {INT32, 3e9, 1<<31 - 1}, {"fp3", 1, nan}, {FP16, 0, 0},
	} {
		got := Round(c.d, c.x)
		require.True(t, got == c.want || math.IsNaN(got) && math.IsNaN(c.want), "%s of %v: %v, want %v", c.d, c.x, got, c.want)
	}
}

func TestBF16BitsOfEveryPattern(t *testing.T) {
	for b := range 1 << 16 {
		f := BF16Float(uint16(b))
		if f != f {
			require.True(t, math.IsNaN(float64(BF16Float(BF16Bits(f)))), "%04x", b)
			continue
		}
		require.Equal(t, uint16(b), BF16Bits(f), "%04x", b)
	}
	payload := math.Float32frombits(0x7fffffff)
	require.True(t, math.IsNaN(float64(BF16Float(BF16Bits(payload)))), "a NaN must not round to an infinity")
}

func TestTypes(t *testing.T) {
	for _, c := range []struct {
		d       DType
		size    float64
		out     DType
		integer bool
	}{
		{FP64, 8, FP64, false}, {FP32, 4, FP32, false}, {TF32, 4, FP32, false}, {FP16, 2, FP16, false}, {BF16, 2, BF16, false},
		{FP8E4M3, 1, BF16, false}, {FP8E5M2, 1, BF16, false}, {INT8, 1, INT32, true}, {INT4, 0.5, BF16, true}, {INT32, 4, INT32, true},
	} {
		require.True(t, c.d.Known(), c.d)
		require.Equal(t, c, struct {
			d       DType
			size    float64
			out     DType
			integer bool
		}{c.d, c.d.Size(), c.d.Out(), c.d.Integer()})
	}
	require.Len(t, DTypes(), len(numbers))
	require.False(t, DType("fp3").Known())
	require.False(t, DType("fp3").Integer())
}

func TestUlp(t *testing.T) {
	for _, x := range []float64{0, 1e-40, 0.3, 1, 1.99, 2, -5, 1e20} {
		bits := BF16Bits(float32(Round(BF16, math.Abs(x))))
		want := float64(BF16Float(bits+1)) - float64(BF16Float(bits))
		if Round(BF16, math.Abs(x)) > math.Abs(x) {
			want = float64(BF16Float(bits)) - float64(BF16Float(bits-1))
		}
		require.Equal(t, want, ulp(BF16, x), "%v", x)
	}
}
