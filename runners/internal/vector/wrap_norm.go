package vector

import "math"

// wrapNorms: a row is read three times, but from memory only once, since it stays in
// L1 (rows up to 8192) or L2. The mean is that of the differences from the first
// element, and the spread that from the mean, so that neither loses digits where a
// row lies far from zero. Rejected: sum and sum of squares in one pass, which loses
// all digits of the spread where the mean is 4000 times that.
func wrapNorms(o *Ops, k *kernels) {
	o.LayerNorm = func(dst, x, gain, bias []float32, eps float32) {
		if len(dst) == 0 {
			return
		}
		x, gain, bias = x[:len(dst)], gain[:len(dst)], bias[:len(dst)]
		count := float64(len(x))
		mean := float32(float64(x[0]) + k.total(k.sum, x, x[0], itself)/count)
		squares := k.total(k.squares, x, mean, square)
		if !finiteSum(squares) {
			layerNorm(dst, x, gain, bias, eps)
			return
		}
		inverse := float32(1 / math.Sqrt(squares/count+float64(eps)))
		n := whole(len(dst), k.group)
		k.center(at(dst), at(x), at(gain), at(bias), n, mean, inverse)
		for i := n; i < len(x); i++ {
			dst[i] = (x[i]-mean)*inverse*gain[i] + bias[i]
		}
	}
	o.RMSNorm = func(dst, x, gain []float32, eps float32) {
		if len(dst) == 0 {
			return
		}
		x, gain = x[:len(dst)], gain[:len(dst)]
		squares := k.total(k.squares, x, 0, square)
		if !finiteSum(squares) {
			rmsNorm(dst, x, gain, eps)
			return
		}
		inverse := float32(1 / math.Sqrt(squares/float64(len(x))+float64(eps)))
		n := whole(len(dst), k.group)
		k.stretch(at(dst), at(x), at(gain), n, inverse)
		for i := n; i < len(x); i++ {
			dst[i] = x[i] * inverse * gain[i]
		}
	}
}

// finiteSum says whether fp32 held the squares of a row. From elements of 4e17 (in a
// block; of 1.8e19 alone) on it does not, and a row would become zeros; plain Go, whose
// sums are fp64, takes those, and rows with what is no number.
func finiteSum(squares float64) bool { return squares <= math.MaxFloat64 }
