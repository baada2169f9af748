package vector

import "math"

// The formulas in fp64, in forms that lose no digits.

func geluTanhFormula(x float64) float64 {
	return x / (1 + math.Exp(-2*math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x)))
}

func geluErfFormula(x float64) float64 { return 0.5 * x * math.Erfc(-x/math.Sqrt2) }

func siluFormula(x float64) float64 { return x / (1 + math.Exp(-x)) }

func expFormula(score, scale, top float64) float64 {
	d := float64(float32(scale))*score - top
	if d < expLow {
		return 0
	}
	return math.Exp(min(d, expHigh))
}
