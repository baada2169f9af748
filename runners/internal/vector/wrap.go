package vector

import (
	"math"

	"joulemark/workloads"
)

// wrap makes the operations of a set from its kernels: it checks lengths, sums long
// rows in blocks and leaves what a group does not divide to plain Go.
func wrap(name string, k *kernels) *Ops {
	o := &Ops{Name: name}
	wrapNarrow(o, k)
	wrapSimple(o, k)
	wrapActivations(o, k)
	wrapNorms(o, k)
	wrapSoftmax(o, k)
	wrapBytes(o, k)
	wrapAttend(o, k)
	wrapUniform(o, k)
	return o
}

// whole is how many of n elements a kernel takes.
func whole(n, group int) int { return n &^ (group - 1) }

func wrapNarrow(o *Ops, k *kernels) {
	o.ToBF16 = convert(k.narrowGroup, k.toBF16, toBF16)
	o.FromBF16 = convert(k.narrowGroup, k.fromBF16, fromBF16)
	o.RoundBF16 = each(k.group, k.roundBF16, roundBF16)
	o.ToFP16 = convert(k.narrowGroup, k.toFP16, toFP16)
	o.FromFP16 = convert(k.narrowGroup, k.fromFP16, fromFP16)
	o.RoundFP16 = each(k.group, k.roundFP16, roundFP16)
	o.AddBF16 = func(y []float32, x []uint16) {
		x = x[:len(y)]
		n := whole(len(y), k.narrowGroup)
		k.addBF16(at(y), at(x), n)
		addBF16(y[n:], x[n:])
	}
}

// convert is an operation from one slice to another.
func convert[To, From any](group int, kernel func(dst, src ptr, n int), rest func(dst []To, src []From)) func(dst []To, src []From) {
	return func(dst []To, src []From) {
		src = src[:len(dst)]
		n := whole(len(dst), group)
		kernel(at(dst), at(src), n)
		rest(dst[n:], src[n:])
	}
}

// each is an operation on one slice.
func each(group int, kernel func(x ptr, n int), rest func(x []float32)) func(x []float32) {
	return func(x []float32) {
		n := whole(len(x), group)
		kernel(at(x), n)
		rest(x[n:])
	}
}

// pairs is an operation on two.
func pairs(group int, kernel func(y, x ptr, n int), rest func(y, x []float32)) func(y, x []float32) {
	return func(y, x []float32) {
		x = x[:len(y)]
		n := whole(len(y), group)
		kernel(at(y), at(x), n)
		rest(y[n:], x[n:])
	}
}

func wrapSimple(o *Ops, k *kernels) {
	o.Add = pairs(k.group, k.add, add)
	o.Scale = func(y []float32, s float32) {
		n := whole(len(y), k.group)
		k.scale(at(y), n, s)
		scale(y[n:], s)
	}
	o.Rotate = func(low, high, cos, sin []float32) {
		high, cos, sin = high[:len(low)], cos[:len(low)], sin[:len(low)]
		n := whole(len(low), k.group)
		k.rotate(at(low), at(high), at(cos), at(sin), n)
		rotate(low[n:], high[n:], cos[n:], sin[n:])
	}
}

func wrapActivations(o *Ops, k *kernels) {
	o.GELUTanh = each(k.group, k.geluTanh, geluTanh)
	o.GELUErf = each(k.group, k.geluErf, geluErf)
	o.MulSiLU = pairs(k.group, k.mulSiLU, mulSiLU)
}

func wrapBytes(o *Ops, k *kernels) {
	o.AbsMax = func(x []float32) float32 {
		n := whole(len(x), k.group)
		a, b := math.Float32bits(k.absMax(at(x), n)), math.Float32bits(absMax(x[n:]))
		return math.Float32frombits(max(a, b))
	}
	o.Quantize = func(dst []uint8, x []float32, inverse float32) {
		x = x[:len(dst)]
		n := whole(len(dst), k.narrowGroup)
		k.quantize(at(dst), at(x), n, inverse)
		quantize(dst[n:], x[n:], inverse)
	}
	o.Dequantize = func(dst []float32, sums []int32, scale float32, columns []float32) {
		sums, columns = sums[:len(dst)], columns[:len(dst)]
		n := whole(len(dst), k.group)
		k.dequantize(at(dst), at(sums), at(columns), n, scale)
		dequantize(dst[n:], sums[n:], scale, columns[n:])
	}
}

// uniformGroup is what every kernel that generates takes a multiple of.
const uniformGroup = 16

func wrapUniform(o *Ops, k *kernels) {
	o.Uniform = workloads.UniformSingles
	if k.uniform == nil {
		return
	}
	o.Uniform = func(dst []float32, state uint64, scale float64) {
		n := whole(len(dst), uniformGroup)
		k.uniform(at(dst), n, state, scale)
		workloads.UniformSingles(dst[n:], workloads.UniformState(state, n), scale)
	}
}
