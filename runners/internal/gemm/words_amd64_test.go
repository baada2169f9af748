package gemm

import (
	"math"
	"math/rand/v2"
	"unsafe"
)

// number is a small whole one, so that sums of every type are exact.
func number() float64 { return float64(rand.IntN(17) - 8) }

// operands are words of A and B in memory with their values.
type operands struct {
	a, b     matrix[byte]
	aValue   [][]float64 // rows x elements of K
	bValue   [][]float64 // elements of K x columns
	elements int         // of K
}

func (k *Kernels) operands(fa, fb *fenced, rows, kc, cols, slack int, next func() float64) *operands {
	o := &operands{elements: kc * k.Group}
	o.a = fencedMatrix[byte](fa, rows, kc*k.AWord, slack)
	o.b = fencedMatrix[byte](fb, kc, cols*k.BWord, slack)
	o.aValue, o.bValue = make([][]float64, rows), make([][]float64, o.elements)
	for i := range rows {
		o.aValue[i] = make([]float64, o.elements)
		for p := range o.elements {
			o.aValue[i][p] = next()
			size := k.AWord / k.Group
			k.put(unsafe.Pointer(o.a.element(i, p*size)), size, o.aValue[i][p]+float64(k.SignedOffset))
		}
	}
	for p := range o.elements {
		o.bValue[p] = make([]float64, cols)
		for j := range cols {
			o.bValue[p][j] = next()
			size := k.BWord / k.Group
			k.put(unsafe.Pointer(o.b.element(p/k.Group, j*k.BWord+p%k.Group*size)), size, o.bValue[p][j])
		}
	}
	return o
}

// put writes an element as the tile reads it.
func (k *Kernels) put(to ptr, size int, v float64) {
	switch {
	case k.Type == FP64:
		*(*float64)(to) = v
	case k.Type == INT8 && size == 1:
		*(*byte)(to) = byte(int(v))
	case k.Type == INT8:
		*(*int16)(to) = int16(v)
	case size == 2:
		*(*uint16)(to) = uint16(math.Float32bits(float32(v)) >> 16)
	default:
		*(*float32)(to) = float32(v)
	}
}

// sum reads an element of C.
func (k *Kernels) sum(at *byte) float64 {
	switch p := ptr(at); k.Type {
	case FP64:
		return *(*float64)(p)
	case INT8:
		return float64(*(*int32)(p))
	default:
		return float64(*(*float32)(p))
	}
}

func (k *Kernels) putSum(at *byte, v float64) {
	switch p := ptr(at); k.Type {
	case FP64:
		*(*float64)(p) = v
	case INT8:
		*(*int32)(p) = int32(v)
	default:
		*(*float32)(p) = float32(v)
	}
}

func (m matrix[E]) fillElements(k *Kernels, size int, v float64) {
	for i := range m.rows {
		for j := 0; j < m.cols; j += size {
			k.put(ptr(m.element(i, j)), size, v)
		}
	}
}
