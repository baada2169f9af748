package workloads

import "math"

// matmulFactor is the 4 of the matmul bound. Rounding errors of an accumulation
// behave like a random walk: its RMS is near u sqrt(K) ||a∘b||2 at most and
// usually a tenth of that, so 4 leaves room for every order of summation, and
// far less than operands cut to TF32 need up to K = 2^20. The worst-case bound
// K u |a|·|b| would let those pass at K = 256.
const matmulFactor = 4

// sumUnit is u, the unit roundoff of the sums that a type's definition allows.
//
//	fp64                        2^-53
//	fp32, fp16, bf16, int4      2^-24, those of fp32
//	tf32                        2^-22: tensor cores cut each addition off at fp32's last
//	                            bit, and do not round it (Fasi, Higham, Mikaitis, Pranesh:
//	                            Numerical behavior of NVIDIA tensor cores, PeerJ Computer
//	                            Science 7, 2021); a result in 16 bits hides that
//	fp8_e4m3, fp8_e5m2          2^-15: those of Hopper keep about 14 bits (DeepSeek-V3
//	                            Technical Report, arXiv:2412.19437, section 3.5.2)
var sumUnit = map[DType]float64{
	FP64: 0x1p-53, FP32: 0x1p-24, TF32: 0x1p-22, FP16: 0x1p-24, BF16: 0x1p-24,
	FP8E4M3: 0x1p-15, FP8E5M2: 0x1p-15, INT4: 0x1p-24,
}

// weightRounding is the relative RMS error of a number rounded to bf16, at most:
// half a unit in the last place over sqrt 3, the number a power of two.
const weightRounding = 0x1p-8 / 1.7320508075688772

// fewPoints is how many errors have an RMS of their own that is surely within the
// bound: of 15 elements one result in a hundred was not.
const fewPoints = 32

// bound is how large the RMS error of an element may be: 4 u sqrt(K) ||a∘b||2, plus
// half a unit in the last place of the reference where the result is stored in 16
// bits. 0 for int8.
//
// int4 may round every weight times its scale to bf16 before it multiplies, as many
// libraries do, which makes an error of up to 2^-8 / sqrt 3 ||a∘b||2 in RMS, whose
// square is added to that of the half unit. (Not the error itself: then what rounds
// a to int8, too, would pass.) That is an RMS and no limit of a single error, so
// that of fewer than fewPoints points it is taken sqrt(fewPoints / points) times:
// else a tenth of all results of one element would fail.
func (m Matmul) bound(d dot, points int) float64 {
	if d.norm2 == 0 {
		return 0
	}
	stored := 0.0
	if out := m.Type.Out(); out.Size() < 4 {
		stored = ulp(out, d.value) / 2
	}
	if m.Type == INT4 {
		few := math.Sqrt(max(1, fewPoints/float64(points)))
		stored = math.Hypot(stored, few*weightRounding*d.norm2)
	}
	return matmulFactor*sumUnit[m.Type]*math.Sqrt(float64(m.K))*d.norm2 + stored
}

// matmulRatio is the root mean square over all points of error / bound. At most 1
// means that the RMS error, each point measured in its own bound, is allowed. An
// error where the bound is 0 makes it +Inf, and so does a NaN.
func (c *Checker) matmulRatio(m Matmul, set int, points []int64, values []float64) float64 {
	sum := 0.0
	for n, p := range points {
		d := m.dotAt(c.seed, set, int(p/int64(m.N)), int(p%int64(m.N)))
		sum += square(relative(values[n]-d.value, m.bound(d, len(points))))
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
