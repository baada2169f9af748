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
	switch {
	case t.Type == FP64:
		t.fillBytes64(k, dst, from)
	case t.Type.Integer():
		law := t.Type.integers()
		for j := range dst {
			dst[j] = byte(k.integer(law, t.Fill, from+uint64(j)))
		}
	default:
		width := t.Type.StoredBytes(1)
		var buffer [piece]float32
		inPieces(len(dst)/width, func(lo, hi int) {
			part := buffer[:hi-lo]
			t.singles(k, part, from+uint64(lo))
			putSingles(t.Type, dst[lo*width:hi*width], part)
		})
	}
}

func (t Tensor) fillBytes64(k key, dst []byte, from uint64) {
	var buffer [piece]float64
	inPieces(len(dst)/8, func(lo, hi int) {
		part := buffer[:hi-lo]
		t.doubles(k, part, from+uint64(lo))
		for j, x := range part {
			binary.LittleEndian.PutUint64(dst[(lo+j)*8:], math.Float64bits(x))
		}
	})
}

// putSingles stores every element of x, rounded to d, with the choice of type made
// once: this makes the operands of whole matrices.
func putSingles(d DType, dst []byte, x []float32) {
	switch d {
	case FP32:
		for _, f := range x {
			binary.LittleEndian.PutUint32(dst[:4], math.Float32bits(f))
			dst = dst[4:]
		}
	case TF32:
		for j, f := range x {
			binary.LittleEndian.PutUint32(dst[4*j:], math.Float32bits(TF32Round(f)))
		}
	case FP16:
		for j, f := range x {
			binary.LittleEndian.PutUint16(dst[2*j:], FP16Bits(f))
		}
	case BF16:
		for _, f := range x {
			binary.LittleEndian.PutUint16(dst[:2], BF16Bits(f))
			dst = dst[2:]
		}
	case FP8E4M3:
		e4m3.put(dst, x)
	case FP8E5M2:
		e5m2.put(dst, x)
	}
}

// put stores every element of x in a byte.
func (n *narrow) put(dst []byte, x []float32) {
	for j, f := range x {
		dst[j] = byte(n.bits(f))
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
