package gemm

import (
	"math/rand/v2"
	"syscall"
	"testing"
	"unsafe"
)

// A fenced is memory between two pages that nobody may touch.
type fenced struct{ all []byte }

func newFenced(t *testing.T, bytes int) *fenced {
	t.Helper()
	page := syscall.Getpagesize()
	bytes = ceilDiv(bytes, page) * page
	m, err := syscall.Mmap(-1, 0, bytes+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal("no memory to fence: ", err)
	}
	t.Cleanup(func() { _ = syscall.Munmap(m) })
	for _, edge := range [][]byte{m[:page], m[page+bytes:]} {
		if err := syscall.Mprotect(edge, syscall.PROT_NONE); err != nil {
			t.Fatal("no fences here: ", err)
		}
	}
	return &fenced{m[page : page+bytes]}
}

// take gives n bytes that touch the lower or the upper fence, full of 0xff, which is
// NaN in every type of floating point. What lies beside them is 0xff as well.
func (f *fenced) take(n int) ptr {
	for i := range f.all {
		f.all[i] = 0xff
	}
	if rand.IntN(4) == 0 {
		return ptr(&f.all[0])
	}
	return unsafe.Add(ptr(&f.all[0]), len(f.all)-n)
}

// A grid of elements E, stride bytes from row to row, of which the last ends with
// its last element.
type matrix[E any] struct {
	at         ptr
	rows, cols int
	stride     int
}

func fencedMatrix[E any](f *fenced, rows, cols, slack int) matrix[E] {
	var e E
	size := int(unsafe.Sizeof(e))
	stride := cols*size + slack
	return matrix[E]{f.take((rows-1)*stride + cols*size), rows, cols, stride}
}

func (m matrix[E]) element(i, j int) *E {
	var e E
	return (*E)(unsafe.Add(m.at, i*m.stride+j*int(unsafe.Sizeof(e))))
}

// fill sets every element.
func (m matrix[E]) fill(next func() E) {
	for i := range m.rows {
		for j := range m.cols {
			*m.element(i, j) = next()
		}
	}
}

// gaps fails if a byte between the rows was written.
func (m matrix[E]) gaps(t *testing.T) {
	t.Helper()
	var e E
	width := m.cols * int(unsafe.Sizeof(e))
	for i := range m.rows - 1 {
		for b := width; b < m.stride; b++ {
			if *(*byte)(unsafe.Add(m.at, i*m.stride+b)) != 0xff {
				t.Fatalf("byte %d behind row %d was written", b-width, i)
			}
		}
	}
}
