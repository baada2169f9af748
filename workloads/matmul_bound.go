package workloads

import "math"

// matmulFactor is the 4 of the matmul bound. Rounding errors of an accumulation
// behave like a random walk: its RMS is near u sqrt(K) ||a∘b||2 at most and
// usually a tenth of that, so 4 leaves room for every order of summation, and
// far less than operands cut to TF32 need up to K = 2^20. The worst-case bound
// K u |a|·|b| would let those pass at K = 256.
const matmulFactor = 4

// bound is how large the RMS error of an element may be: 4 u sqrt(K) ||a∘b||2 with
// the unit roundoff u of the accumulator (2^-53 for fp64, else 2^-24), plus half a
// unit in the last place of the reference where the result is stored in 16 bits.
// 0 for integers.
func (m Matmul) bound(d dot) float64 {
	if m.Type.Integer() {
		return 0
	}
	u := 0x1p-24
	if m.Type == FP64 {
		u = 0x1p-53
	}
	b := matmulFactor * u * math.Sqrt(float64(m.K)) * d.norm2
	if out := m.Type.Out(); out.Size() < 4 && d.norm2 > 0 {
		b += ulp(out, d.value) / 2
	}
	return b
}

// matmulRatio is the root mean square over all points of error / bound. At most 1
// means that the RMS error, each point measured in its own bound, is allowed. An
// error where the bound is 0 makes it +Inf, and so does a NaN.
func (c *Checker) matmulRatio(m Matmul, set int, points []int64, values []float64) float64 {
	sum := 0.0
	for n, p := range points {
		d := m.dotAt(c.seed, set, int(p/int64(m.N)), int(p%int64(m.N)))
		sum += square(relative(values[n]-d.value, m.bound(d)))
	}
	return finite(math.Sqrt(sum / float64(len(points))))
}

// relative is error / bound, with 0 / 0 = 0.
func relative(err, bound float64) float64 {
	if err == 0 {
		return 0
	}
	return err / bound
}

// finite turns the NaN of a non-finite value into +Inf.
func finite(ratio float64) float64 {
	if math.IsNaN(ratio) {
		return math.Inf(1)
	}
	return ratio
}

func square(x float64) float64 { return x * x }
