package native

import (
	"sync"
	"unsafe"

	"joulemark/runners/internal/engine"
	"joulemark/runners/internal/gemm"
	"joulemark/runners/internal/vector"
	"joulemark/workloads"
)

// first is where data begins, nil for none.
func first(data []byte) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(data)) }

// fillUnit is the number of elements that one worker fills at a time.
const fillUnit = 1 << 16

// stored makes t an operand as it is stored, whatever its type; use is given the set
// that steps shall see.
func stored(a *engine.Arena, ops *vector.Ops, t workloads.Tensor, seed uint64, use func(data []byte)) engine.Operand {
	n := t.Len()
	bytes := t.Type.StoredBytes(n)
	all, stride := engine.AllocSets[byte](a, bytes), engine.Stride[byte](bytes)
	return engine.Operand{
		Units: (n + fillUnit - 1) / fillUnit,
		Fill: func(set, unit int) {
			lo, hi := unit*fillUnit, min((unit+1)*fillUnit, n)
			data := all[set*stride:][t.Type.StoredBytes(lo):t.Type.StoredBytes(hi)]
			fillBytes(ops, t, seed, set, data, uint64(lo))
		},
		Use: func(set int) { use(all[set*stride:][:bytes]) },
	}
}

// A piece generates part of a row of B in the kernel's element type: dst holds its
// columns from col on. scratch is for the caller to pass back, so that a piece
// allocates once.
type piece func(set, row, col int, dst []byte, scratch *[]byte)

// A buffer is what one panel is made in.
type buffer struct{ rows, scratch []byte }

// packedOperand makes a B[K,N] an operand that is packed when it is filled, a panel
// at a time. The row-major B never exists as a whole.
func packedOperand(a *engine.Arena, k *gemm.Kernels, K, N int, generate piece, use func(gemm.Packed)) engine.Operand {
	bytes := k.PackedBytes(K, N)
	all, stride := engine.AllocSets[byte](a, bytes), engine.Stride[byte](bytes)
	shape := k.NewPacked(nil, K, N)
	buffers := sync.Pool{New: func() any { return &buffer{} }}
	return engine.Operand{
		Units: shape.Panels(),
		Fill: func(set, panel int) {
			p := k.NewPacked(first(all[set*stride:]), K, N)
			lo, hi := p.Columns(panel)
			width := (hi - lo) * elementBytes(k.Type)
			b := buffers.Get().(*buffer) // one a worker: no garbage that is collected while a window runs
			rows := resized(&b.rows, K*width)
			for row := range K {
				generate(set, row, lo, rows[row*width:(row+1)*width], &b.scratch)
			}
			p.Pack(panel, panel+1, first(rows), width)
			buffers.Put(b)
		},
		Use: func(set int) { use(k.NewPacked(first(all[set*stride:]), K, N)) },
	}
}

// wholePiece generates a tensor of two dimensions, widened if widen is not nil.
func wholePiece(t workloads.Tensor, seed uint64, widen *widening, ops *vector.Ops) piece {
	columns := t.Shape[len(t.Shape)-1]
	return func(set, row, col int, dst []byte, scratch *[]byte) {
		from := uint64(row*columns + col)
		if widen == nil {
			fillBytes(ops, t, seed, set, dst, from)
			return
		}
		narrow := resized(scratch, t.Type.StoredBytes(len(dst)/widen.bytes))
		fillBytes(ops, t, seed, set, narrow, from)
		widen.apply(ops, dst, narrow)
	}
}

// resized gives n bytes of *scratch, made longer if need be.
func resized(scratch *[]byte, n int) []byte {
	if len(*scratch) < n {
		*scratch = make([]byte, n)
	}
	return (*scratch)[:n]
}
