package gemm

import "unsafe"

// Multiply computes C[m,N] = A[m,K] B, or with add C += A B, in the calling goroutine
// with K in one pass: the products of attention, inside a worker. It allocates
// nothing. A is read where it lies, in whole words of AWord bytes: rows are readable
// to the end of the last word, with finite numbers beyond K. So the kernels are those
// of FP64, FP32, and BF16 with AWord 4; for others make the words by Panel.
func (k *Kernels) Multiply(m int, a ptr, lda int, b *Packed, c ptr, ldc int, add bool) {
	acc := 0
	if add {
		acc = 1
	}
	strips := ceilDiv(m, k.Rows)
	for i := range strips {
		row := i * m / strips
		height := (i+1)*m/strips - row
		k.multiplyStrip(height, unsafe.Add(a, row*lda), lda, b, unsafe.Add(c, row*ldc), ldc, acc)
	}
}

// multiplyStrip does at most Rows rows.
func (k *Kernels) multiplyStrip(m int, a ptr, lda int, b *Packed, c ptr, ldc, acc int) {
	words, width := k.Words(b.K), k.Columns()
	for p := range b.Panels() {
		to := unsafe.Add(c, p*width*k.Type.sumBytes())
		init := b.correction(p)
		if n := b.N - p*width; n < width {
			v := ceilDiv(n, k.Lanes)
			k.Edge[v][m](words, a, lda, b.panel(p), k.rowBytes(), to, ldc, init, acc, n-(v-1)*k.Lanes)
			return
		}
		k.Tile[0][m](words, a, lda, b.panel(p), k.rowBytes(), to, ldc, init, acc, uintptr(to)+uintptr(width*k.Type.sumBytes()), uintptr(a)+uintptr(m*lda), 0)
	}
}
