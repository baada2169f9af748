package workloads

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// Patterns of the formats' definitions: IEEE 754-2019 for fp16, OCP OFP8 1.0 for fp8.
func TestBitsOfKnownNumbers(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		d    DType
		x    float64
		bits uint32
	}{
		{FP16, 0, 0}, {FP16, math.Copysign(0, -1), 0x8000}, {FP16, 1, 0x3c00}, {FP16, -2, 0xc000}, {FP16, 65504, 0x7bff}, {FP16, 1. / 3, 0x3555},
		{FP16, 0x1p-24, 0x0001}, {FP16, 0x1.ff8p-15, 0x03ff}, {FP16, 0x1p-14, 0x0400}, {FP16, inf, 0x7c00}, {FP16, 65520, 0x7c00}, {FP16, nan, 0x7e00},
		{BF16, 1, 0x3f80}, {BF16, 1. / 3, 0x3eab}, {BF16, -inf, 0xff80},
		{FP8E4M3, 1, 0x38}, {FP8E4M3, 448, 0x7e}, {FP8E4M3, -448, 0xfe}, {FP8E4M3, -0x1p-9, 0x81}, {FP8E4M3, 0x1.cp-7, 0x07}, {FP8E4M3, 0x1p-6, 0x08},
		{FP8E4M3, -0x1p-11, 0x80}, {FP8E4M3, 256, 0x78}, {FP8E4M3, nan, 0x7f}, {FP8E4M3, inf, 0x7f}, {FP8E4M3, -inf, 0xff}, {FP8E4M3, 480, 0x7f},
		{FP8E5M2, 1, 0x3c}, {FP8E5M2, 57344, 0x7b}, {FP8E5M2, 0x1p-16, 0x01}, {FP8E5M2, 0x1.8p-15, 0x03}, {FP8E5M2, 0x1p-14, 0x04}, {FP8E5M2, -inf, 0xfc}, {FP8E5M2, nan, 0x7e},
	} {
		require.Equal(t, c.bits, Bits(c.d, c.x), "%s %g", c.d, c.x)
	}
	require.Zero(t, Bits(FP32, 1))
	require.True(t, math.IsNaN(FromBits(INT8, 1)))
}

// Every pattern is the pattern of its value, and the patterns of positive numbers
// are in the order of what the definition makes of exponent and significand.
func TestFromBitsOfEveryPattern(t *testing.T) {
	for d, values := range map[DType][]float64{
		FP16: representable(5, 10, 15, 65504), BF16: representable(8, 7, 127, math.MaxFloat32),
		FP8E4M3: representable(4, 3, 7, 448), FP8E5M2: representable(5, 2, 15, 57344),
	} {
		sign := uint32(1) << (8*int(d.Size()) - 1)
		for bits, want := range values {
			require.Equal(t, want, FromBits(d, uint32(bits)), "%s %#x", d, bits)
			require.Equal(t, -want, FromBits(d, uint32(bits)|sign), "%s -%#x", d, bits)
			require.Equal(t, uint32(bits)|sign, Bits(d, math.Copysign(want, -1)), "%s -%#x", d, bits)
		}
		for bits := uint32(len(values)); bits < sign; bits++ {
			first := bits == uint32(len(values)) && d != FP8E4M3
			require.Equal(t, first, math.IsInf(FromBits(d, bits), 1), "%s %#x: infinity", d, bits)
			require.Equal(t, !first, math.IsNaN(FromBits(d, bits)), "%s %#x: NaN", d, bits)
			require.Equal(t, !first, math.IsNaN(FromBits(d, Bits(d, FromBits(d, bits|sign)))), "%s %#x", d, bits)
		}
	}
}

// Bytes in any pieces are the elements, one by one, of every type, fill and law.
func TestFillBytesIsAt(t *testing.T) {
	for _, d := range operandTypes() {
		for _, fill := range []Fill{Uniform, Normal, Zeros, Integers} {
			for _, law := range []Tensor{{Shift: 0}, {Shift: 5}, {Shift: -1}, {Shift: 12}, {Shift: 3, Offset: 1}} {
				x := Tensor{Index: 1, Type: d, Fill: fill, Shift: law.Shift, Offset: law.Offset}
				const from, n, cut = 1<<33 + 5, 2*piece + 77, 91
				width := d.StoredBytes(1)
				b := make([]byte, n*width)
				x.FillBytes(5, 2, b[:cut*width], from)
				x.FillBytes(5, 2, b[cut*width:], from+cut)
				for i := range int64(n) {
					want := x.At(5, 2, from+uint64(i))
					got := FromBytes(d, b, i)
					require.True(t, want == got && math.Signbit(want) == math.Signbit(got), "%s %s %v %d: %v, want %v", d, fill, law, i, got, want)
				}
			}
		}
	}
}

func TestStoredHoldsTheTensor(t *testing.T) {
	for _, d := range operandTypes() {
		t.Run(fmt.Sprint(d), func(t *testing.T) {
			x := Tensor{Index: 1, Shape: []int{300, 301}, Type: d, Fill: Uniform}
			b := x.Stored(5, 2)
			require.Len(t, b, d.StoredBytes(300*301))
			for i := int64(0); i < 300*301; i += 97 {
				require.Equal(t, x.At(5, 2, uint64(i)), FromBytes(d, b, i), i)
			}
		})
	}
	require.Equal(t, -5.0, FromBytes(INT32, []byte{0xfb, 0xff, 0xff, 0xff}, 0))
	require.True(t, math.IsNaN(FromBytes("fp3", []byte{1}, 0)))
}
