package workloads

import "math"

// Bits is the pattern of x in a float type of up to 16 bits: x rounded as Round
// does, then laid out as sign, exponent, significand. Infinities of fp8_e4m3,
// which has none, are its NaN, 0x7f.
func Bits(d DType, x float64) uint32 {
	if d == BF16 {
		return uint32(BF16Bits(float32(x)))
	}
	n, x := numbers[d], Round(d, x)
	stored := n.significand - 1
	exponentBits := int(8*n.bytes) - 1 - stored
	sign := uint32(math.Float64bits(x)>>63) << (8*int(n.bytes) - 1)
	top := uint32(1)<<exponentBits - 1 // exponent of infinities and NaN
	switch {
	case math.IsNaN(x) && d == FP8E4M3:
		return sign | 0x7f
	case math.IsNaN(x):
		return sign | top<<stored | 1<<(stored-1)
	case math.IsInf(x, 0):
		return sign | top<<stored
	case math.Abs(x) < math.Ldexp(1, n.minExp): // zero and what is below the normal numbers
		return sign | uint32(math.Ldexp(math.Abs(x), stored-n.minExp))
	}
	e := math.Ilogb(x)
	significand := uint32(math.Ldexp(math.Abs(x), stored-e)) - 1<<stored
	return sign | uint32(e-n.minExp+1)<<stored | significand
}

// FromBits is the value of a pattern of a float type of up to 16 bits, exactly.
func FromBits(d DType, bits uint32) float64 {
	if d == BF16 {
		return float64(BF16Float(uint16(bits)))
	}
	n := numbers[d]
	stored := n.significand - 1
	width := int(8 * n.bytes)
	sign := 1.0
	if bits>>(width-1)&1 == 1 {
		sign = -1
	}
	magnitude := bits & (1<<(width-1) - 1)
	exponent, significand := int(magnitude>>stored), float64(magnitude&(1<<stored-1))
	top := 1<<(width-1-stored) - 1
	switch {
	case d == FP8E4M3 && magnitude == 0x7f:
		return math.NaN()
	case d != FP8E4M3 && exponent == top && significand != 0:
		return math.NaN()
	case d != FP8E4M3 && exponent == top:
		return math.Inf(int(sign))
	case exponent == 0:
		return sign * math.Ldexp(significand, n.minExp-stored)
	}
	return sign * math.Ldexp(significand+float64(int(1)<<stored), exponent-1+n.minExp-stored)
}
