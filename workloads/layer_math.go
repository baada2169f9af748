package workloads

import "math"

// normalise is LayerNorm or RMSNorm of one row in place, by the layer's eps:
//
//	LayerNorm: (x - mean) / sqrt(variance + eps) gain + bias, variance = mean of (x - mean)²
//	RMSNorm:   x / sqrt(mean of x² + eps) gain
//
// bias is nil for RMSNorm.
func normalise(row, gain, bias []float64, eps float64) {
	mean := 0.0
	if bias != nil {
		for _, x := range row {
			mean += x
		}
		mean /= float64(len(row))
	}
	squares := 0.0
	for _, x := range row {
		squares += square(x - mean)
	}
	scale := 1 / math.Sqrt(squares/float64(len(row))+eps)
	for i, x := range row {
		row[i] = (x - mean) * scale * gain[i]
		if bias != nil {
			row[i] += bias[i]
		}
	}
}

// rotate applies rotary positions to every head of a row in place. Element j of
// the first half of a head is paired with element j of its second half (the
// "half-split" of Hugging Face's Llama code, not neighbours):
//
//	angle = position x theta^(-2j/headDim), j = 0…headDim/2-1
//	x[j], x[j+headDim/2] = x[j] cos - x[j+headDim/2] sin, x[j+headDim/2] cos + x[j] sin
func rotate(row []float64, headDim, position int, theta float64) {
	half := headDim / 2
	for j := range half {
		sin, cos := math.Sincos(float64(position) * math.Pow(theta, -2*float64(j)/float64(headDim)))
		for h := 0; h < len(row); h += headDim {
			a, b := row[h+j], row[h+j+half]
			row[h+j], row[h+j+half] = a*cos-b*sin, b*cos+a*sin
		}
	}
}

// activate is the scalar function of act; for SwiGLU that of the gate.
func activate(act Act, x float64) float64 {
	switch act {
	case GELUTanh:
		return 0.5 * x * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x)))
	case GELUErf:
		return 0.5 * x * (1 + math.Erf(x/math.Sqrt2))
	}
	return x / (1 + math.Exp(-x)) // silu
}
