package workloads

import "math"

// Round returns the value that a store of x in type d keeps, as a float64.
//
// fp64 is x itself and fp32 is x rounded to nearest even. Every narrower float
// type is rounded to nearest even from that fp32 value, so the path is
// fp64 -> fp32 -> d as in every library that converts through fp32. Overflow
// gives an infinity (NaN for fp8_e4m3, which has none); NaN stays NaN. Integers
// are rounded to nearest even and clamped to ±127, ±7 or ±(2^31-1); NaN gives 0.
// An unknown type gives NaN.
func Round(d DType, x float64) float64 {
	switch d {
	case FP64:
		return x
	case FP32:
		return float64(float32(x))
	case BF16:
		return float64(BF16Float(BF16Bits(float32(x))))
	}
	n, ok := numbers[d]
	switch {
	case !ok:
		return math.NaN()
	case n.significand == 0:
		return roundInteger(n, x)
	}
	return roundFloat(d, n, float64(float32(x)))
}

func roundInteger(n number, x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return math.RoundToEven(min(max(x, -n.max), n.max))
}

// roundFloat rounds to n.significand bits, fewer below the smallest normal
// number. x is an fp32 value, so that scaling by powers of two is exact here.
func roundFloat(d DType, n number, x float64) float64 {
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return x
	}
	e := max(math.Ilogb(x), n.minExp) - (n.significand - 1) // exponent of the last kept bit
	r := math.Ldexp(math.RoundToEven(math.Ldexp(x, -e)), e)
	if math.Abs(r) <= n.max {
		return r
	}
	if d == FP8E4M3 {
		return math.NaN()
	}
	return math.Inf(int(math.Copysign(1, r)))
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

// ulp is the spacing of type d at x: the weight of the last bit of a number with
// x's exponent.
func ulp(d DType, x float64) float64 {
	n := numbers[d]
	e := n.minExp
	if x != 0 {
		e = max(math.Ilogb(x), n.minExp)
	}
	return math.Ldexp(1, e-(n.significand-1))
}
