package vector

import (
	"math"

	"joulemark/workloads"
)

// Bounds of a difference of scores: exp gives 0 below the first (1.6e-38, where the
// numbers without leading zeros end) and stays where it is above the second, at a
// third of the largest fp32.
const (
	expLow  = -87
	expHigh = 88
)

func largest(scores []float32) float32 {
	top := float32(math.Inf(-1))
	for _, v := range scores {
		if v > top {
			top = v
		}
	}
	return top
}

// finite makes 0 of a top of -Inf: -Inf less -Inf would be NaN.
func finite(top float32) float32 {
	if top == float32(math.Inf(-1)) {
		return 0
	}
	return top
}

func expSum(scores []float32, scale, top float32) float32 {
	top = finite(top)
	sum := 0.0
	for i, v := range scores {
		scores[i] = weight(v, scale, top)
		sum += float64(scores[i])
	}
	return float32(sum)
}

func expSumBF16(dst []uint16, scores []float32, scale, top float32) float32 {
	top = finite(top)
	sum := 0.0
	for i, v := range scores {
		dst[i] = workloads.BF16Bits(weight(v, scale, top))
		sum += float64(workloads.BF16Float(dst[i]))
	}
	return float32(sum)
}

func weight(score, scale, top float32) float32 {
	d := float64(scale)*float64(score) - float64(top)
	if d < expLow {
		return 0
	}
	return float32(math.Exp(min(d, expHigh)))
}
