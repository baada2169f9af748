package vector

import "math"

// geluTanh uses 0.5 (1 + tanh z) = 1 / (1 + exp(-2z)), which keeps the digits that
// 1 + tanh z loses where z is far below zero.
func geluTanh(y []float32) {
	for i, v := range y {
		x := float64(v)
		z := math.Sqrt(2/math.Pi) * (x + 0.044715*x*x*x)
		y[i] = float32(x / (1 + math.Exp(-2*z)))
	}
}

// geluErf uses 1 + erf z = erfc(-z), for the same reason.
func geluErf(y []float32) {
	for i, v := range y {
		x := float64(v)
		y[i] = float32(0.5 * x * math.Erfc(-x/math.Sqrt2))
	}
}

func mulSiLU(y, gate []float32) {
	for i, v := range gate {
		g := float64(v)
		y[i] = float32(float64(y[i]) * g / (1 + math.Exp(-g)))
	}
}
