package stablehlo

import "math"

// The error function is no operation of StableHLO, and its rational form in XLA and
// Eigen is off by 4e-7 in fp32. Two polynomials keep the error below 1e-7, absolute:
//
//	|x| < erfSplit   x + x P(x²)
//	else             sign(x) (1 - exp(Q(|x|))), |x| at most erfEnd, where erf is 1 in fp32
//
// P interpolates erf(x)/x - 1 and Q log(erfc(x)), as package math computes them, at
// Chebyshev points. The terms are as many as lower the error.
const (
	erfSplit  = 1.2
	erfEnd    = 4.0
	erfTermsP = 7
	erfTermsQ = 8
)

// erf is the error function of every element of an f32 tensor.
func (w *writer) erf(x value) value {
	magnitude := w.unary("abs", x)
	near := w.binary("add", x, w.binary("multiply", x, w.erfNear(w.binary("multiply", x, x))))
	far := w.binary("subtract", w.filled(1, x.shape), w.unary("exponential", w.erfFar(magnitude)))
	far = w.binary("multiply", w.unary("sign", x), far)
	return w.selected(w.compared("LT", magnitude, w.filled(erfSplit, x.shape)), near, far)
}

// erfNear is P of squares. The limit at 0 is 2/sqrt(pi) - 1.
func (w *writer) erfNear(squares value) value {
	const end = erfSplit * erfSplit
	return w.interpolated(squares, 0, end, erfTermsP, func(square float64) float64 {
		x := math.Sqrt(square)
		return math.Erf(x)/x - 1
	})
}

// erfFar is Q.
func (w *writer) erfFar(magnitude value) value {
	magnitude = w.binary("minimum", magnitude, w.filled(erfEnd, magnitude.shape))
	return w.interpolated(magnitude, erfSplit, erfEnd, erfTermsQ, func(x float64) float64 {
		return math.Log(math.Erfc(x))
	})
}

// interpolated evaluates the polynomial of n terms that meets f at the n Chebyshev
// points of lo…hi, by Horner's rule in t = (2 x - lo - hi) / (hi - lo).
func (w *writer) interpolated(x value, lo, hi float64, n int, f func(float64) float64) value {
	middle, half := (lo+hi)/2, (hi-lo)/2
	powers := throughChebyshevPoints(n, func(t float64) float64 { return f(middle + half*t) })
	t := w.plus(w.scaled(x, 1/half), -middle/half)
	y := w.filled(powers[n-1], x.shape)
	for i := n - 2; i >= 0; i-- {
		y = w.plus(w.binary("multiply", y, t), powers[i])
	}
	return y
}

// throughChebyshevPoints gives the coefficients of t^0…t^(n-1) of the polynomial that
// equals f at cos(pi (k + 1/2) / n), k = 0…n-1: first of Chebyshev's polynomials T,
// by their discrete orthogonality, then of powers, by T[j+1] = 2 t T[j] - T[j-1].
// See Press et al., Numerical Recipes, sections 5.8 and 5.10.
func throughChebyshevPoints(n int, f func(float64) float64) []float64 {
	powers := make([]float64, n)
	now, before := make([]float64, n), make([]float64, n) // T[j], T[j-1] in powers
	now[0] = 1
	for j := range n {
		c := chebyshevCoefficient(j, n, f)
		next := make([]float64, n)
		for i := range n {
			powers[i] += c * now[i]
			next[i] = -before[i]
			if i > 0 {
				next[i] += 2 * now[i-1]
			}
		}
		if j == 0 {
			next[1] = 1 // T[1] is t, half of what the recurrence gives
		}
		now, before = next, now
	}
	return powers
}

// chebyshevCoefficient is that of T[j].
func chebyshevCoefficient(j, n int, f func(float64) float64) float64 {
	c := 0.0
	for k := range n {
		angle := math.Pi * (float64(k) + 0.5) / float64(n)
		c += f(math.Cos(angle)) * math.Cos(float64(j)*angle)
	}
	if j == 0 {
		return c / float64(n)
	}
	return 2 * c / float64(n)
}
