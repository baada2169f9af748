package portable

import "reflect"

// An arena hands out the memory of a task and counts it. A dry one only counts
// and hands out nil, so that the memory plan of a task is made by the very code
// that builds it and cannot drift from it.
type arena struct {
	dry       bool
	sets      int
	setBytes  int64 // of one operand set
	restBytes int64 // of everything else: activations, output, scratch
}

func sizeOf[E any]() int64 { return int64(reflect.TypeFor[E]().Size()) }

// alloc gives n zero elements that all iterations share.
func alloc[E any](a *arena, n int) []E {
	a.restBytes += int64(n) * sizeOf[E]()
	if a.dry {
		return nil
	}
	return make([]E, n)
}

// table allocates a row-major matrix for activations.
func table(a *arena, rows, cols int) *Dense[float32] {
	return &Dense[float32]{alloc[float32](a, rows*cols), cols}
}

// allocSets gives n zero elements for every operand set.
func allocSets[E any](a *arena, n int) []E {
	a.setBytes += int64(n) * sizeOf[E]()
	if a.dry {
		return nil
	}
	return make([]E, n*a.sets)
}
