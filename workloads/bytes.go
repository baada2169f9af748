package workloads

import (
	"encoding/binary"
	"math"
)

// StoredBytes is the memory of n elements of type d: eight, four, two or one byte
// each, little-endian; tf32 is kept as fp32, and int4 unpacked, one element a byte.
func (d DType) StoredBytes(n int) int { return n * int(math.Ceil(d.Size())) }

// FillBytes fills dst with the stored patterns of the elements from, from+1, … of
// the tensor in operand set `set`; len(dst) is StoredBytes of their number.
func (t Tensor) FillBytes(seed uint64, set int, dst []byte, from uint64) {
	k := newKey(seed, set, t.Index)
	width := t.Type.StoredBytes(1)
	for j := 0; j < len(dst)/width; j++ {
		putBytes(t.Type, dst[j*width:], t.value(k, from+uint64(j)))
	}
}

// Stored is the whole tensor in operand set `set` as FillBytes stores it, made on
// all CPUs.
func (t Tensor) Stored(seed uint64, set int) []byte {
	width := t.Type.StoredBytes(1)
	out := make([]byte, width*t.Len())
	const chunk = 1 << 16
	parallel((t.Len()+chunk-1)/chunk, func(c int) {
		lo, hi := c*chunk, min((c+1)*chunk, t.Len())
		t.FillBytes(seed, set, out[lo*width:hi*width], uint64(lo))
	})
	return out
}

// putBytes stores x, which d holds exactly.
func putBytes(d DType, dst []byte, x float64) {
	switch d {
	case FP64:
		binary.LittleEndian.PutUint64(dst, math.Float64bits(x))
	case FP32, TF32:
		binary.LittleEndian.PutUint32(dst, math.Float32bits(float32(x)))
	case INT32:
		binary.LittleEndian.PutUint32(dst, uint32(int32(x)))
	case FP16, BF16:
		binary.LittleEndian.PutUint16(dst, uint16(Bits(d, x)))
	case INT8, INT4:
		dst[0] = byte(int8(x))
	default:
		dst[0] = byte(Bits(d, x))
	}
}

// FromBytes is element i of memory that holds elements of type d as FillBytes
// stores them; NaN for a type that is unknown.
func FromBytes(d DType, b []byte, i int64) float64 {
	b = b[i*int64(d.StoredBytes(1)):]
	switch d {
	case FP64:
		return math.Float64frombits(binary.LittleEndian.Uint64(b))
	case FP32, TF32:
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
	case INT32:
		return float64(int32(binary.LittleEndian.Uint32(b)))
	case BF16, FP16:
		return FromBits(d, uint32(binary.LittleEndian.Uint16(b)))
	case FP8E4M3, FP8E5M2:
		return FromBits(d, uint32(b[0]))
	case INT8, INT4:
		return float64(int8(b[0]))
	}
	return math.NaN()
}
