package workloads

import "math"

// At returns element i of the tensor in operand set `set`, as the value that its
// stored type holds. i counts row-major from 0.
func (t Tensor) At(seed uint64, set int, i uint64) float64 {
	return t.value(newKey(seed, set, t.Index), i)
}

func (t Tensor) value(k key, i uint64) float64 {
	if t.Type == INT8 {
		return float64(k.int8(t.Fill, i))
	}
	return Round(t.Type, t.Offset+k.unit(t.Fill, i)*t.scale())
}

// scale is 2^-Shift, which float64 holds exactly.
func (t Tensor) scale() float64 { return math.Ldexp(1, -t.Shift) }

// Values fills dst with the elements from, from+1, … of the tensor in operand
// set `set`, each exactly the value that the tensor's stored type holds.
func (t Tensor) Values(seed uint64, set int, dst []float64, from uint64) {
	k := newKey(seed, set, t.Index)
	if t.Fill == Uniform && t.Offset == 0 && t.Type != INT8 {
		t.uniformF64(k, dst, from)
		return
	}
	for j := range dst {
		dst[j] = t.value(k, from+uint64(j))
	}
}

// uniformF64 is Values for the fill and the tensors that matter in size, with
// the choices made outside the loop.
func (t Tensor) uniformF64(k key, dst []float64, from uint64) {
	scale := uniformUnit * t.scale()
	switch t.Type {
	case FP64:
		for j := range dst {
			dst[j] = float64(k.uniform(from+uint64(j))) * scale
		}
	case FP32:
		for j := range dst {
			dst[j] = float64(float32(float64(k.uniform(from+uint64(j))) * scale))
		}
	case BF16:
		for j := range dst {
			dst[j] = float64(BF16Float(BF16Bits(float32(float64(k.uniform(from+uint64(j))) * scale))))
		}
	default:
		for j := range dst {
			dst[j] = Round(t.Type, float64(k.uniform(from+uint64(j)))*scale)
		}
	}
}

// FillF64 is Values, by the name that goes with the other fills.
func (t Tensor) FillF64(seed uint64, set int, dst []float64, from uint64) {
	t.Values(seed, set, dst, from)
}

// FillF32 is Values for storage in float32. The tensor's type is fp32 or narrower.
func (t Tensor) FillF32(seed uint64, set int, dst []float32, from uint64) {
	k := newKey(seed, set, t.Index)
	if t.Fill != Uniform || t.Offset != 0 || t.Type != FP32 {
		for j := range dst {
			dst[j] = float32(t.value(k, from+uint64(j)))
		}
		return
	}
	scale := uniformUnit * t.scale()
	for j := range dst {
		dst[j] = float32(float64(k.uniform(from+uint64(j))) * scale)
	}
}

// FillBF16 is Values for storage as bf16 patterns, of a tensor of type bf16.
func (t Tensor) FillBF16(seed uint64, set int, dst []uint16, from uint64) {
	k := newKey(seed, set, t.Index)
	if t.Fill != Uniform || t.Offset != 0 {
		for j := range dst {
			dst[j] = BF16Bits(float32(t.value(k, from+uint64(j))))
		}
		return
	}
	scale := uniformUnit * t.scale()
	for j := range dst {
		dst[j] = BF16Bits(float32(float64(k.uniform(from+uint64(j))) * scale))
	}
}

// FillI8 is Values for storage in int8, of a tensor of type int8.
func (t Tensor) FillI8(seed uint64, set int, dst []int8, from uint64) {
	k := newKey(seed, set, t.Index)
	for j := range dst {
		dst[j] = k.int8(t.Fill, from+uint64(j))
	}
}
