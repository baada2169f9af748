package vector

import "math"

func layerNorm(dst, x, gain, bias []float32, eps float32) {
	mean, square := 0.0, 0.0
	for _, v := range x {
		mean += float64(v)
	}
	mean /= float64(len(x))
	for _, v := range x {
		d := float64(v) - mean
		square += d * d
	}
	inverse := 1 / math.Sqrt(square/float64(len(x))+float64(eps))
	for i, v := range x {
		dst[i] = float32((float64(v)-mean)*inverse*float64(gain[i]) + float64(bias[i]))
	}
}

func rmsNorm(dst, x, gain []float32, eps float32) {
	square := 0.0
	for _, v := range x {
		square += float64(v) * float64(v)
	}
	inverse := 1 / math.Sqrt(square/float64(len(x))+float64(eps))
	for i, v := range x {
		dst[i] = float32(float64(v) * inverse * float64(gain[i]))
	}
}
