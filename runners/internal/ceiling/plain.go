package ceiling

import (
	"math"

	"joulemark/workloads"
)

// plain are the kernels of plain Go: what the compiler makes of a loop, with as many
// sums side by side as it keeps in registers.
func plain() kernels {
	return kernels{
		peak: map[workloads.DType]peakKernel{
			workloads.FP64: {name: "plain Go fp64", vectors: 1, run: plainPeak[float64]},
			workloads.FP32: {name: "plain Go fp32", vectors: 1, run: plainPeak[float32]},
		},
		streams: streams{
			read: plainRead, readParts: plainReadParts,
			copyTo: plainCopy, copyPast: plainCopy, triadTo: plainTriad, triadPast: plainTriad,
			vectors: "plain Go",
		},
	}
}

// plainPeak keeps four sums of a vector in registers, then the next four. Eight need
// 24 registers and spill.
func plainPeak[S float32 | float64](sums, start, a, b ptr, steps int) {
	to, from, left, right := vectorOf[S](sums), vectorOf[S](start), vectorOf[S](a), vectorOf[S](b)
	for j := 0; j+4 <= len(to); j += 4 {
		a0, a1, a2, a3 := left[j], left[j+1], left[j+2], left[j+3]
		b0, b1, b2, b3 := right[j], right[j+1], right[j+2], right[j+3]
		x0, x1, x2, x3 := from[j], from[j+1], from[j+2], from[j+3]
		for range steps {
			x0 += a0 * b0
			x1 += a1 * b1
			x2 += a2 * b2
			x3 += a3 * b3
		}
		to[j], to[j+1], to[j+2], to[j+3] = x0, x1, x2, x3
	}
}

func plainRead(a []float64, passes int) (sum uint64) {
	for range passes {
		var s0, s1, s2, s3 uint64
		for v := a; len(v) >= 4; v = v[4:] {
			s0 += math.Float64bits(v[0])
			s1 += math.Float64bits(v[1])
			s2 += math.Float64bits(v[2])
			s3 += math.Float64bits(v[3])
		}
		sum += s0 + s1 + s2 + s3
	}
	return sum
}

func plainReadParts(a []float64) uint64 {
	n := len(a) / 4
	a0, a1, a2, a3 := a[:n], a[n:][:n], a[2*n:][:n], a[3*n:][:n]
	var s0, s1, s2, s3 uint64
	for i := range a0 {
		s0 += math.Float64bits(a0[i])
		s1 += math.Float64bits(a1[i])
		s2 += math.Float64bits(a2[i])
		s3 += math.Float64bits(a3[i])
	}
	return s0 + s1 + s2 + s3
}

func plainCopy(c, a []float64, passes int) {
	for range passes {
		copy(c, a)
	}
}

func plainTriad(c, a, b []float64, passes int) {
	a, b = a[:len(c)], b[:len(c)]
	for range passes {
		for i := range c {
			c[i] = a[i] + workloads.StreamScale*b[i]
		}
	}
}
