package cblas

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"joulemark/workloads"
)

// lineBytes is the alignment of every matrix: a cache line, which is also the
// widest vector.
const lineBytes = 64

func roundUp(n int64) int64 { return (n + lineBytes - 1) / lineBytes * lineBytes }

// aligned gives n zero bytes from the start of a cache line on, pinned.
func aligned(pins *runtime.Pinner, n int64) []byte {
	all := make([]byte, n+lineBytes)
	pins.Pin(&all[0])
	skip := -int64(uintptr(unsafe.Pointer(&all[0]))) & (lineBytes - 1)
	return all[skip : skip+n : skip+n]
}

// operands are A and B in every set, one after the other.
type operands struct {
	bytes    []byte
	tensors  []workloads.Tensor
	setBytes int64
	bAt      int64 // of B in a set
}

// sizes of the operands of one set.
func newOperands(m workloads.Matmul) operands {
	t := workloads.Tensors(m)
	bAt := roundUp(int64(t[0].Type.StoredBytes(t[0].Len())))
	return operands{tensors: t, bAt: bAt, setBytes: bAt + roundUp(int64(t[1].Type.StoredBytes(t[1].Len())))}
}

// at gives the addresses of A and B in a set.
func (o *operands) at(set int) (a, b unsafe.Pointer) {
	from := int64(set) * o.setBytes
	return unsafe.Pointer(&o.bytes[from]), unsafe.Pointer(&o.bytes[from+o.bAt])
}

// A part is a run of elements of one tensor in one set.
type part struct{ set, tensor, lo, hi int }

// partElements bounds a part to about a millisecond of filling.
const partElements = 1 << 16

// parts cuts the operands of one set.
func (o *operands) parts() (all []part) {
	for i, t := range o.tensors {
		for lo := 0; lo < t.Len(); lo += partElements {
			all = append(all, part{tensor: i, lo: lo, hi: min(lo+partElements, t.Len())})
		}
	}
	return all
}

// fill makes the operands of all sets, on all CPUs. unsigned adds 128 to A.
func (o *operands) fill(seed uint64, sets int, unsigned bool) {
	parts := o.parts()
	var next atomic.Int64
	var done sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		done.Go(func() {
			for i := int(next.Add(1)) - 1; i < sets*len(parts); i = int(next.Add(1)) - 1 {
				p := parts[i%len(parts)]
				p.set = i / len(parts)
				o.fillPart(seed, p, unsigned)
			}
		})
	}
	done.Wait()
}

func (o *operands) fillPart(seed uint64, p part, unsigned bool) {
	t, from := o.tensors[p.tensor], int64(p.set)*o.setBytes+int64(p.tensor)*o.bAt
	dst := o.bytes[from+int64(t.Type.StoredBytes(p.lo)) : from+int64(t.Type.StoredBytes(p.hi))]
	t.FillBytes(seed, p.set, dst, uint64(p.lo))
	if unsigned && p.tensor == 0 {
		addOffset(dst)
	}
}

// addOffset makes two's complement bytes unsigned by adding 128 to each.
func addOffset(b []byte) {
	for i := range b {
		b[i] ^= math.MaxInt8 + 1
	}
}
