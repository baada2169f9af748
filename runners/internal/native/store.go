package native

import (
	"unsafe"

	"joulemark/runners/internal/gemm"
	"joulemark/workloads"
)

// store says where the sums of p go: where they lie as the result has them, into it;
// else each strip is rounded into it as soon as it is finished.
func (b *matmul) store(p *gemm.Product) {
	switch b.Type.Out() {
	case workloads.BF16:
		p.Finish, p.Out = b.rounded(b.ops.ToBF16), b.stored()
	case workloads.FP16:
		p.Finish, p.Out = b.rounded(b.ops.ToFP16), b.stored()
	default:
		p.C, p.LDC = first(b.out), b.Type.Out().StoredBytes(b.N)
	}
}

// stored is where rounded stores.
func (b *matmul) stored() gemm.Out {
	return gemm.Out{At: uintptr(first(b.out)), LD: 2 * b.N, Element: 2}
}

// rounded stores sums of fp32 as patterns of two bytes.
func (b *matmul) rounded(narrow func(dst []uint16, sums []float32)) func(worker, row, rows, col, cols int, sums unsafe.Pointer, stride int) {
	out := unsafe.Slice((*uint16)(first(b.out)), len(b.out)/2)
	return func(_, row, rows, col, cols int, sums unsafe.Pointer, stride int) {
		for r := range rows {
			strip := unsafe.Slice((*float32)(unsafe.Add(sums, r*stride)), cols)
			narrow(out[(row+r)*b.N+col:][:cols], strip)
		}
	}
}
