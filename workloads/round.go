package workloads

import "math"

// Round returns the value that a store of x in type d keeps, as a float64.
//
// fp64 is x itself and fp32 is x rounded to nearest even. Every narrower float
// type is rounded to nearest even from that fp32 value, so the path is
// fp64 -> fp32 -> d as in every library that converts through fp32. Overflow
// gives an infinity (NaN for fp8_e4m3, which has none, of infinities too); NaN
// stays NaN. Integers are rounded to nearest even and clamped to ±127, ±7 or ±(2^31-1); NaN gives 0.
// An unknown type gives NaN.
func Round(d DType, x float64) float64 {
	switch {
	case d == FP64:
		return x
	case !d.Known():
		return math.NaN()
	case d.Integer():
		return roundInteger(numbers[d], x)
	}
	return float64(roundSingle(d, float32(x)))
}

// roundSingle is the value that type d, a float type no wider than fp32, keeps of f.
func roundSingle(d DType, f float32) float32 {
	switch d {
	case TF32:
		return TF32Round(f)
	case FP16:
		return FP16Float(FP16Bits(f))
	case BF16:
		return BF16Float(BF16Bits(f))
	case FP8E4M3:
		return e4m3Float(uint8(e4m3.bits(f)))
	case FP8E5M2:
		return e5m2Float(uint8(e5m2.bits(f)))
	}
	return f
}

// roundSingles is roundSingle of every element of x, with the choice of type made
// once.
func roundSingles(d DType, x []float32) {
	switch d {
	case FP32:
	case TF32:
		for i, f := range x {
			x[i] = TF32Round(f)
		}
	case FP16:
		for i, f := range x {
			x[i] = FP16Float(FP16Bits(f))
		}
	case BF16:
		for i, f := range x {
			x[i] = BF16Float(BF16Bits(f))
		}
	default:
		for i, f := range x {
			x[i] = roundSingle(d, f)
		}
	}
}

func roundInteger(n number, x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return math.RoundToEven(min(max(x, -n.max), n.max))
}

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
