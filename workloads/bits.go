package workloads

import "math"

// Bits is the pattern of x in a float type of up to 16 bits: x rounded as Round
// does, then laid out as sign, exponent, significand. Infinities of fp8_e4m3,
// which has none, are its NaN, 0x7f. Of other types it is 0.
func Bits(d DType, x float64) uint32 {
	f := float32(x)
	switch d {
	case FP16:
		return fp16.bits(f)
	case BF16:
		return uint32(BF16Bits(f))
	case FP8E4M3:
		return e4m3.bits(f)
	case FP8E5M2:
		return e5m2.bits(f)
	}
	return 0
}

// FromBits is the value of a pattern of a float type of up to 16 bits, exactly;
// NaN for other types.
func FromBits(d DType, bits uint32) float64 {
	switch d {
	case FP16:
		return float64(FP16Float(uint16(bits)))
	case BF16:
		return float64(BF16Float(uint16(bits)))
	case FP8E4M3:
		return float64(e4m3Float(uint8(bits)))
	case FP8E5M2:
		return float64(e5m2Float(uint8(bits)))
	}
	return math.NaN()
}
