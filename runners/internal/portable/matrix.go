package portable

import "joulemark/workloads"

// Rows reads a matrix by rows. Row gives elements lo…hi-1 of row i as T: the
// storage itself where T is how they are stored, else expanded into buf, which
// has room for hi-lo. The caller must not write to what it gets.
type Rows[T Float] interface {
	Row(i, lo, hi int, buf []T) []T
}

// Store takes elements lo…lo+len(v)-1 of row i of a result, each exactly once.
// It may change v.
type Store[T Float] func(i, lo int, v []T)

// A Table is a matrix that can be written to as well: the caches.
type Table interface {
	Rows[float32]
	Set(i int, v []float32)
}

// Dense is a row-major matrix of T. Stride is the elements from row to row.
type Dense[T Float] struct {
	Data   []T
	Stride int
}

// BF16 is a row-major matrix of bfloat16 patterns.
type BF16 struct {
	Data   []uint16
	Stride int
}

// Int8 is a row-major matrix of signed bytes.
type Int8 struct {
	Data   []int8
	Stride int
}

// Row returns the storage itself.
func (d *Dense[T]) Row(i, lo, hi int, _ []T) []T {
	return d.Data[i*d.Stride+lo : i*d.Stride+hi]
}

// Row expands, exactly.
func (d *BF16) Row(i, lo, hi int, buf []float32) []float32 {
	row := d.Data[i*d.Stride+lo : i*d.Stride+hi]
	buf = buf[:len(row)]
	for j, bits := range row {
		buf[j] = workloads.BF16Float(bits)
	}
	return buf
}

// Row expands, exactly.
func (d *Int8) Row(i, lo, hi int, buf []float64) []float64 {
	row := d.Data[i*d.Stride+lo : i*d.Stride+hi]
	buf = buf[:len(row)]
	for j, v := range row {
		buf[j] = float64(v)
	}
	return buf
}

// Set stores v as the beginning of row i.
func (d *Dense[T]) Set(i int, v []T) { copy(d.Data[i*d.Stride:], v) }

// Set stores v, rounded, as the beginning of row i.
func (d *BF16) Set(i int, v []float32) {
	row := d.Data[i*d.Stride:][:len(v)]
	for j, x := range v {
		row[j] = workloads.BF16Bits(x)
	}
}

func denseRows[T Float](stride int) (Rows[T], *[]T) {
	d := &Dense[T]{Stride: stride}
	return d, &d.Data
}

func bf16Rows(stride int) (Rows[float32], *[]uint16) {
	d := &BF16{Stride: stride}
	return d, &d.Data
}

func int8Rows(stride int) (Rows[float64], *[]int8) {
	d := &Int8{Stride: stride}
	return d, &d.Data
}
