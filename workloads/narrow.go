package workloads

import "math"

// A narrow is a float format of one or two bytes, with what turns fp32 patterns
// into its own by integer arithmetic.
type narrow struct {
	stored    int     // significand bits
	bias      int     // of the exponent
	sign      uint32  // the sign's bit
	largest   uint32  // pattern of the largest finite number
	overflow  uint32  // of what is beyond: infinity, or NaN where there is none
	nan       uint32  // of a quiet NaN
	unit      float32 // 2^(1-bias), the smallest normal number
	subnormal float32 // has the spacing of the format's subnormal numbers
}

// Sources: IEEE 754-2019 (fp16), OCP OFP8 revision 1.0 (e4m3, e5m2).
var (
	fp16 = newNarrow(5, 10, 0x7bff, 0x7c00, 0x7e00)
	e4m3 = newNarrow(4, 3, 0x7e, 0x7f, 0x7f)
	e5m2 = newNarrow(5, 2, 0x7b, 0x7c, 0x7e)
)

func newNarrow(exponent, stored int, largest, overflow, nan uint32) narrow {
	bias := 1<<(exponent-1) - 1
	power := func(e int) float32 { return float32(math.Ldexp(1, e)) }
	return narrow{
		stored, bias, 1 << (exponent + stored), largest, overflow, nan,
		power(1 - bias), power(1 - bias - stored + 23),
	}
}

// bits is the pattern nearest to f, ties to even.
func (n *narrow) bits(f float32) uint32 {
	const infinity = 0x7f800000
	b := math.Float32bits(f)
	magnitude, sign := b&0x7fffffff, b>>31*n.sign
	abs := math.Float32frombits(magnitude)
	switch {
	case magnitude > infinity:
		return sign | n.nan
	case abs < n.unit: // the addition rounds at the bit where subnormal numbers end
		return sign | (math.Float32bits(abs+n.subnormal) - math.Float32bits(n.subnormal))
	}
	shift := 23 - n.stored
	even := magnitude >> shift & 1
	r := (magnitude - uint32(127-n.bias)<<23 + 1<<(shift-1) - 1 + even) >> shift
	if r > n.largest {
		r = n.overflow
	}
	return sign | r
}

// FP16Bits returns the fp16 pattern nearest to f, ties to even. Overflow gives an
// infinity; a NaN stays a NaN.
func FP16Bits(f float32) uint16 { return uint16(fp16.bits(f)) }

// FP16Float returns the value of an fp16 pattern, exactly: the same bits in fp32 are
// 2^112 times less, those of subnormal numbers too.
func FP16Float(b uint16) float32 {
	magnitude := uint32(b&0x7fff) << 13
	f := math.Float32frombits(magnitude) * 0x1p112
	if magnitude >= 0x7c00<<13 {
		f = math.Float32frombits(magnitude | 0x7f800000) // an infinity, a NaN
	}
	return math.Float32frombits(math.Float32bits(f) | uint32(b&0x8000)<<16)
}

// e4m3Float returns the value of an fp8_e4m3 pattern, exactly, as FP16Float does.
func e4m3Float(b uint8) float32 {
	f := math.Float32frombits(uint32(b&0x7f)<<20) * 0x1p120
	if b&0x7f == 0x7f {
		f = float32(math.NaN())
	}
	return math.Float32frombits(math.Float32bits(f) | uint32(b&0x80)<<24)
}

// e5m2Float returns the value of an fp8_e5m2 pattern, which is the upper half of
// an fp16 pattern.
func e5m2Float(b uint8) float32 { return FP16Float(uint16(b) << 8) }

// TF32Round returns the value nearest to f with ten stored bits of significand,
// ties to even. Overflow gives an infinity; a NaN stays a NaN.
func TF32Round(f float32) float32 {
	b := math.Float32bits(f)
	if b&0x7fffffff > 0x7f800000 {
		return f
	}
	return math.Float32frombits((b + 0xfff + b>>13&1) &^ 0x1fff)
}

// BF16Bits returns the bf16 pattern nearest to f, ties to even. Overflow gives
// an infinity; a NaN stays a NaN, made quiet.
func BF16Bits(f float32) uint16 {
	b := math.Float32bits(f)
	if b&0x7fffffff > 0x7f800000 {
		return uint16(b>>16) | 0x40 // a rounding carry could turn a NaN into an infinity
	}
	return uint16((b + 0x7fff + b>>16&1) >> 16)
}

// BF16Float returns the value of a bf16 pattern, exactly.
func BF16Float(b uint16) float32 { return math.Float32frombits(uint32(b) << 16) }
