package portable

import (
	"math"

	"joulemark/workloads"
)

// gelu is the activation function of the layer, in its declared form.
func (b *layer) gelu() Store[float32] {
	form := geluTanh
	if b.Act == workloads.GELUErf {
		form = geluErf
	}
	return func(_, _ int, v []float32) {
		for j, x := range v {
			v[j] = float32(form(float64(x)))
		}
	}
}

// timesSilu multiplies by silu of the gate, which stands where the product goes.
func (b *layer) timesSilu(gate *Dense[float32]) Store[float32] {
	return func(i, lo int, v []float32) {
		g := gate.Row(i, lo, lo+len(v), nil)
		for j, x := range g {
			v[j] *= float32(silu(float64(x)))
		}
	}
}

func geluTanh(x float64) float64 {
	return 0.5 * x * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x)))
}

func geluErf(x float64) float64 { return 0.5 * x * (1 + math.Erf(x/math.Sqrt2)) }

func silu(x float64) float64 { return x / (1 + math.Exp(-x)) }
