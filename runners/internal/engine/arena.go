package engine

import "unsafe"

// An Element is what an arena holds: numbers, never pointers, because the collector
// does not look into its memory.
type Element interface {
	~int8 | ~uint8 | ~int16 | ~uint16 | ~int32 | ~uint32 | ~int64 | ~uint64 | ~float32 | ~float64
}

// line is the alignment of everything an arena hands out: a cache line, and the
// widest vector.
const line = 64

// An Arena hands out the memory of a task, one piece after the other, from a single
// block. One that is dry only counts and hands out nil.
type Arena struct {
	block     []byte // what is left; unused where dry
	dry       bool
	sets      int
	setBytes  int64 // of one operand set
	restBytes int64 // of everything else: activations, output, scratch
}

// Dry reports whether the arena only counts: slices are nil, and what would fill
// them (tables of sines, packed constants) can be left out.
func (a *Arena) Dry() bool { return a.dry }

// Alloc gives n zero elements that all iterations share, aligned to 64 bytes. At
// least 4 KiB behind them can be read.
func Alloc[E Element](a *Arena, n int) []E {
	bytes := padded[E](n)
	a.restBytes += bytes
	return take[E](a, bytes, n)
}

// AllocSets gives memory for n elements in every operand set, all aligned to 64
// bytes: set s begins at element s*Stride[E](n).
func AllocSets[E Element](a *Arena, n int) []E {
	bytes := padded[E](n)
	a.setBytes += bytes
	return take[E](a, bytes*int64(a.sets), Stride[E](n)*a.sets)
}

// Stride is the elements from one set to the next of n elements: n, rounded up to a
// multiple of 64 bytes.
func Stride[E Element](n int) int { return int(padded[E](n) / size[E]()) }

func size[E Element]() int64 {
	var e E
	return int64(unsafe.Sizeof(e))
}

func padded[E Element](n int) int64 { return (int64(n)*size[E]() + line - 1) / line * line }

// take cuts the next bytes off the block. A block that is too small is a mistake of
// the builder: it must ask for the same in both runs.
func take[E Element](a *Arena, bytes int64, n int) []E {
	if a.dry || n == 0 {
		return nil
	}
	piece := a.block[:bytes]
	a.block = a.block[bytes:]
	return unsafe.Slice((*E)(unsafe.Pointer(unsafe.SliceData(piece))), n)
}
