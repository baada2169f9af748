package vector

import (
	"joulemark/runners/internal/isa"
	"joulemark/workloads"
)

// Plain Go: fp64 inside and one rounding at the end, so that these are the
// reference of the others.
func init() {
	tables[isa.Portable] = &Ops{
		Name:       isa.Portable,
		ToBF16:     toBF16,
		FromBF16:   fromBF16,
		RoundBF16:  roundBF16,
		ToFP16:     toFP16,
		FromFP16:   fromFP16,
		RoundFP16:  roundFP16,
		Add:        add,
		AddBF16:    addBF16,
		Scale:      scale,
		GELUTanh:   geluTanh,
		GELUErf:    geluErf,
		MulSiLU:    mulSiLU,
		LayerNorm:  layerNorm,
		RMSNorm:    rmsNorm,
		Rotate:     rotate,
		Max:        largest,
		ExpSum:     expSum,
		ExpSumBF16: expSumBF16,
		Scores:     scores,
		ScoresBF16: scoresBF16,
		Gather:     gather,
		GatherBF16: gatherBF16,
		Uniform:    workloads.UniformSingles,
		AbsMax:     absMax,
		Quantize:   quantize,
		Dequantize: dequantize,
	}
}

func add(y, x []float32) {
	for i, v := range x {
		y[i] += v
	}
}

func addBF16(y []float32, x []uint16) {
	for i, v := range x {
		y[i] += workloads.BF16Float(v)
	}
}

func scale(y []float32, s float32) {
	for i := range y {
		y[i] *= s
	}
}

// rotate is as the layers define it: two roundings of products and one of a sum at
// most.
func rotate(low, high, cos, sin []float32) {
	for i, c := range cos {
		a, b, c, s := float64(low[i]), float64(high[i]), float64(c), float64(sin[i])
		low[i], high[i] = float32(a*c-b*s), float32(a*s+b*c)
	}
}
