package portable

import "joulemark/runners/internal/engine"

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

// Row returns the storage itself.
func (d *Dense[T]) Row(i, lo, hi int, _ []T) []T {
	return d.Data[i*d.Stride+lo : i*d.Stride+hi]
}

// Set stores v as the beginning of row i.
func (d *Dense[T]) Set(i int, v []T) { copy(d.Data[i*d.Stride:], v) }

func denseRows[T Float](stride int) (Rows[T], *[]T) {
	d := &Dense[T]{Stride: stride}
	return d, &d.Data
}

// table allocates a row-major matrix for activations.
func table(a *engine.Arena, rows, cols int) *Dense[float32] {
	return &Dense[float32]{engine.Alloc[float32](a, rows*cols), cols}
}
