package workloads

import "math"

// At returns element i of the tensor in operand set `set`, as the value that its
// stored type holds. i counts row-major from 0.
func (t Tensor) At(seed uint64, set int, i uint64) float64 {
	return t.value(newKey(seed, set, t.Index), i)
}

// value is the definition, element by element; all fills must give the same.
func (t Tensor) value(k key, i uint64) float64 {
	if t.Type.Integer() {
		return float64(k.integer(t.Type.integers(), t.Fill, i))
	}
	return Round(t.Type, t.Offset+k.unit(t.Fill, i)*t.scale())
}

// scale is 2^-Shift, which float64 holds exactly.
func (t Tensor) scale() float64 { return math.Ldexp(1, -t.Shift) }

// piece is how many elements pass at once through a buffer on the stack.
const piece = 256

// Values fills dst with the elements from, from+1, … of the tensor in operand
// set `set`, each exactly the value that the tensor's stored type holds.
func (t Tensor) Values(seed uint64, set int, dst []float64, from uint64) {
	k := newKey(seed, set, t.Index)
	switch {
	case t.Type == FP64:
		t.doubles(k, dst, from)
	case t.Type.Integer():
		law := t.Type.integers()
		for j := range dst {
			dst[j] = float64(k.integer(law, t.Fill, from+uint64(j)))
		}
	default:
		var buffer [piece]float32
		inPieces(len(dst), func(lo, hi int) {
			part := buffer[:hi-lo]
			t.singles(k, part, from+uint64(lo))
			roundSingles(t.Type, part)
			for j, x := range part {
				dst[lo+j] = float64(x)
			}
		})
	}
}

// doubles gives the elements of a floating-point tensor before they are rounded.
func (t Tensor) doubles(k key, dst []float64, from uint64) {
	scale := t.scale()
	if t.Fill != Uniform {
		for j := range dst {
			dst[j] = t.Offset + k.unit(t.Fill, from+uint64(j))*scale
		}
		return
	}
	scale *= uniformUnit
	z := k.state(from)
	for j := range dst {
		dst[j] = t.Offset + float64(uniform(z))*scale
		z += golden
	}
}

// singles is doubles rounded to fp32, from where all narrower types are rounded.
func (t Tensor) singles(k key, dst []float32, from uint64) {
	scale := t.scale()
	if t.Fill != Uniform {
		for j := range dst {
			dst[j] = float32(t.Offset + k.unit(t.Fill, from+uint64(j))*scale)
		}
		return
	}
	scale *= uniformUnit
	z := k.state(from)
	if t.Offset == 0 {
		UniformSingles(dst, z, scale)
		return
	}
	for j := range dst {
		dst[j] = float32(t.Offset + float64(uniform(z))*scale)
		z += golden
	}
}

// inPieces cuts 0…n into pieces.
func inPieces(n int, do func(lo, hi int)) {
	for lo := 0; lo < n; lo += piece {
		do(lo, min(lo+piece, n))
	}
}

// FillF64 is Values, by the name that goes with the other fills.
func (t Tensor) FillF64(seed uint64, set int, dst []float64, from uint64) {
	t.Values(seed, set, dst, from)
}

// FillF32 is Values for storage in float32. The tensor's type is not fp64.
func (t Tensor) FillF32(seed uint64, set int, dst []float32, from uint64) {
	k := newKey(seed, set, t.Index)
	if !t.Type.Integer() {
		t.singles(k, dst, from)
		roundSingles(t.Type, dst)
		return
	}
	law := t.Type.integers()
	for j := range dst {
		dst[j] = float32(k.integer(law, t.Fill, from+uint64(j)))
	}
}

// FillFP16 is Values for storage as fp16 patterns, of a tensor of type fp16.
func (t Tensor) FillFP16(seed uint64, set int, dst []uint16, from uint64) {
	k := newKey(seed, set, t.Index)
	var buffer [piece]float32
	inPieces(len(dst), func(lo, hi int) {
		part := buffer[:hi-lo]
		t.singles(k, part, from+uint64(lo))
		for j, x := range part {
			dst[lo+j] = FP16Bits(x)
		}
	})
}

// FillBF16 is Values for storage as bf16 patterns, of a tensor of type bf16.
func (t Tensor) FillBF16(seed uint64, set int, dst []uint16, from uint64) {
	k := newKey(seed, set, t.Index)
	var buffer [piece]float32
	inPieces(len(dst), func(lo, hi int) {
		part := buffer[:hi-lo]
		t.singles(k, part, from+uint64(lo))
		for j, x := range part {
			dst[lo+j] = BF16Bits(x)
		}
	})
}

// FillI8 is Values for storage in int8, of a tensor of type int8 or int4.
func (t Tensor) FillI8(seed uint64, set int, dst []int8, from uint64) {
	k, law := newKey(seed, set, t.Index), t.Type.integers()
	for j := range dst {
		dst[j] = k.integer(law, t.Fill, from+uint64(j))
	}
}
