package guard

import (
	"testing"
	"unsafe"
)

// A Number is an element of an operand.
type Number interface {
	~int8 | ~uint8 | ~int16 | ~uint16 | ~int32 | ~uint32 | ~int64 | ~uint64 | ~float32 | ~float64
}

// SliceBefore gives n elements that end at a page which may not be touched.
func SliceBefore[E Number](t testing.TB, n int) []E { return slice[E](Before(t, n*size[E]()), n) }

// SliceAfter gives n elements that begin behind one.
func SliceAfter[E Number](t testing.TB, n int) []E { return slice[E](After(t, n*size[E]()), n) }

func size[E Number]() int {
	var e E
	return int(unsafe.Sizeof(e))
}

func slice[E Number](b []byte, n int) []E {
	return unsafe.Slice((*E)(unsafe.Pointer(unsafe.SliceData(b))), n)
}
