package vector

import (
	"math"

	"joulemark/workloads"
)

func toBF16(dst []uint16, src []float32) {
	for i, v := range src {
		dst[i] = workloads.BF16Bits(v)
	}
}

func fromBF16(dst []float32, src []uint16) {
	for i, v := range src {
		dst[i] = workloads.BF16Float(v)
	}
}

func roundBF16(x []float32) {
	for i, v := range x {
		x[i] = workloads.BF16Float(workloads.BF16Bits(v))
	}
}

func toFP16(dst []uint16, src []float32) {
	for i, v := range src {
		dst[i] = workloads.FP16Bits(v)
	}
}

func fromFP16(dst []float32, src []uint16) {
	for i, v := range src {
		dst[i] = workloads.FP16Float(v)
	}
}

func roundFP16(x []float32) {
	for i, v := range x {
		x[i] = workloads.FP16Float(workloads.FP16Bits(v))
	}
}

// absMax compares magnitudes as integers, among which NaN is above infinity.
func absMax(x []float32) float32 {
	top := uint32(0)
	for _, v := range x {
		top = max(top, math.Float32bits(v)&0x7fffffff)
	}
	return math.Float32frombits(top)
}

func quantize(dst []uint8, x []float32, inverse float32) {
	for i, v := range x {
		v *= inverse
		if !(v > -127) { // NaN too
			v = -127
		}
		dst[i] = uint8(int(math.RoundToEven(float64(min(v, 127)))) + 128)
	}
}

func dequantize(dst []float32, sums []int32, scale float32, columns []float32) {
	for i, s := range sums {
		dst[i] = float32(float64(s) * float64(scale) * float64(columns[i]))
	}
}
