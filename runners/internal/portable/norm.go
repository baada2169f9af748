package portable

import (
	"math"

	"joulemark/runners/internal/engine"
	"joulemark/workloads"
)

// norm normalises each row of in into out: LayerNorm with gain and bias, or
// RMSNorm with gain alone. Statistics are summed in fp64.
func (b *layer) norm(name string, in, out *Dense[float32]) []engine.Step {
	gain, bias := b.vector(name+"_gain"), new([]float32)
	if b.Norm != workloads.RMSNormPre {
		bias = b.vector(name + "_bias")
	}
	keep := b.keep(out)
	return []engine.Step{b.rowStep(name, func(_, i int) {
		row, normed := in.Row(i, 0, b.Hidden, nil), out.Row(i, 0, b.Hidden, nil)
		if b.Norm == workloads.RMSNormPre {
			rmsNorm(normed, row, *gain, b.Eps)
		} else {
			layerNorm(normed, row, *gain, *bias, b.Eps)
		}
		keep(i, 0, normed)
	})}
}

// rowStep does f for each row of the activations, several rows a chunk.
func (b *layer) rowStep(name string, f func(worker, row int)) engine.Step {
	n := max(1, b.rows/(8*b.workers))
	return engine.Step{Name: name, Chunks: ceilDiv(b.rows, n), Do: func(worker, chunk int) {
		for i := chunk * n; i < min((chunk+1)*n, b.rows); i++ {
			f(worker, i)
		}
	}}
}

func layerNorm(dst, x, gain, bias []float32, eps float64) {
	mean, square := 0.0, 0.0
	for _, v := range x {
		mean += float64(v)
	}
	mean /= float64(len(x))
	for _, v := range x {
		d := float64(v) - mean
		square += d * d
	}
	scale := 1 / math.Sqrt(square/float64(len(x))+eps)
	for j, v := range x {
		dst[j] = float32((float64(v)-mean)*scale)*gain[j] + bias[j]
	}
}

func rmsNorm(dst, x, gain []float32, eps float64) {
	square := 0.0
	for _, v := range x {
		square += float64(v) * float64(v)
	}
	scale := 1 / math.Sqrt(square/float64(len(x))+eps)
	for j, v := range x {
		dst[j] = float32(float64(v)*scale) * gain[j]
	}
}
