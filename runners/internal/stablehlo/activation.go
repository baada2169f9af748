package stablehlo

import (
	"math"

	"joulemark/workloads"
)

// activation is u, what lies between the two products of the feed-forward.
func (w *writer) activation(m value) value {
	up := w.linear(m, "wup", "bup")
	switch w.Act {
	case workloads.SwiGLU:
		return w.store(w.binary("multiply", w.silu(w.linear(m, "wgate", "bgate")), up))
	case workloads.GELUErf:
		return w.store(w.gelu(up, w.erf(w.scaled(up, math.Sqrt2/2))))
	default:
		return w.store(w.gelu(up, w.unary("tanh", w.geluPolynomial(up))))
	}
}

// silu is x / (1 + exp(-x)).
func (w *writer) silu(x value) value {
	return w.binary("divide", x, w.plus(w.unary("exponential", w.unary("negate", x)), 1))
}

// gelu is 0.5 x (1 + s), s being the erf or the tanh of its two forms.
func (w *writer) gelu(x, s value) value {
	return w.binary("multiply", w.scaled(x, 0.5), w.plus(s, 1))
}

// geluPolynomial is sqrt(2/pi) (x + 0.044715 x³) = x (sqrt(2/pi) + 0.044715
// sqrt(2/pi) x²).
func (w *writer) geluPolynomial(x value) value {
	s := math.Sqrt(2 / math.Pi)
	return w.binary("multiply", x, w.plus(w.scaled(w.binary("multiply", x, x), 0.044715*s), s))
}
