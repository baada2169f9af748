package portable

// Float is what sums are made in. Narrower floats are expanded to float32, and int8
// to float64, where every sum of fewer than 2^38 products is exact.
type Float interface{ float32 | float64 }

// axpy4 is y += x[0] w0 + x[1] w1 + x[2] w2 + x[3] w3 over the length of w0. It
// is the inner loop of everything. Go compiles it to scalar code that needs few
// registers. Rejected, with the GFLOP/s of one Zen 5 core at fp32 1024^3 (this:
// 10.4): eight rows a time 6.8, and packed panels with register tiles of 2x4
// (8.4 with packing, 9.0 without), 3x3 (6.0), 3x4 and 4x4 (4.2, they spill).
func axpy4[T Float](y, x, w0, w1, w2, w3 []T) {
	x0, x1, x2, x3 := x[0], x[1], x[2], x[3]
	n := len(w0)
	y, w1, w2, w3 = y[:n], w1[:n], w2[:n], w3[:n]
	for j, w := range w0 {
		y[j] += x0*w + x1*w1[j] + x2*w2[j] + x3*w3[j]
	}
}

// axpy is y += x w over the length of w.
func axpy[T Float](y []T, x T, w []T) {
	y = y[:len(w)]
	for j, v := range w {
		y[j] += x * v
	}
}

// accumulate is y += sum of x[k] w[k].
func accumulate[T Float](y, x []T, w [][]T) {
	for len(x) >= 4 && len(w) >= 4 {
		axpy4(y, x, w[0], w[1], w[2], w[3])
		x, w = x[4:], w[4:]
	}
	for k, row := range w {
		axpy(y, x[k], row)
	}
}

// dot is the sum of a[i] b[i] over the length of a, in four partial sums because
// one would wait for the latency of every addition.
func dot[T Float](a, b []T) T {
	var s0, s1, s2, s3 T
	for len(a) >= 4 && len(b) >= 4 {
		s0 += a[0] * b[0]
		s1 += a[1] * b[1]
		s2 += a[2] * b[2]
		s3 += a[3] * b[3]
		a, b = a[4:], b[4:]
	}
	for i, v := range a {
		s0 += v * b[i]
	}
	return (s0 + s1) + (s2 + s3)
}
