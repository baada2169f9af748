package workloads

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// Patterns of the formats' definitions: IEEE 754-2019 for fp16, OCP OFP8 1.0 for fp8.
func TestBitsOfKnownNumbers(t *testing.T) {
	for _, c := range []struct {
		d    DType
		x    float64
		bits uint32
	}{
		{FP16, 1, 0x3c00}, {FP16, -2, 0xc000}, {FP16, 65504, 0x7bff}, {FP16, 0x1p-24, 0x0001}, {FP16, 0x1p-14, 0x0400}, {FP16, math.Inf(1), 0x7c00},
		{BF16, 1, 0x3f80}, {FP8E4M3, 1, 0x38}, {FP8E4M3, 448, 0x7e}, {FP8E4M3, -0x1p-9, 0x81}, {FP8E4M3, 0x1p-6, 0x08}, {FP8E4M3, math.NaN(), 0x7f},
		{FP8E5M2, 1, 0x3c}, {FP8E5M2, 57344, 0x7b}, {FP8E5M2, 0x1p-16, 0x01}, {FP8E5M2, math.Inf(-1), 0xfc},
	} {
		require.Equal(t, c.bits, Bits(c.d, c.x), "%s %g", c.d, c.x)
		if !math.IsNaN(c.x) {
			require.Equal(t, c.x, FromBits(c.d, c.bits), "%s %#x", c.d, c.bits)
		}
	}
}

// Every pattern is the pattern of its value.
func TestBitsRoundTrip(t *testing.T) {
	for _, d := range []DType{FP16, BF16, FP8E4M3, FP8E5M2} {
		for bits := range uint32(1) << (8 * int(d.Size())) {
			x := FromBits(d, bits)
			if math.IsNaN(x) {
				require.True(t, math.IsNaN(FromBits(d, Bits(d, x))))
				continue
			}
			require.Equal(t, bits, Bits(d, x), "%s %#x = %g", d, bits, x)
		}
	}
}

func TestStoredHoldsTheTensor(t *testing.T) {
	for _, d := range []DType{FP64, FP32, TF32, FP16, BF16, FP8E4M3, FP8E5M2, INT8} {
		x := Tensor{Index: 1, Shape: []int{300, 301}, Type: d, Fill: Uniform}
		b := x.Stored(5, 2)
		require.Len(t, b, d.StoredBytes(300*301))
		for i := int64(0); i < 300*301; i += 997 {
			require.Equal(t, x.At(5, 2, uint64(i)), FromBytes(d, b, i), "%s %d", d, i)
		}
	}
}
