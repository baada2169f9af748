package gemm

import "unsafe"

// A strip is some rows of a block of C, as high as a tile: number, row (within the
// block) and height.
func (x *pass) strip(number, row, height int) {
	k := x.kernels
	a, lda := x.panelOfA(row, height)
	c, ldc := x.sums(row)
	tile, bNext, bStep := x.variant(number, height)
	ahead := uintptr(x.rowOfA(row)) + uintptr(height*x.LDA) // past the last row nothing is lost but a prefetch
	acc := min(x.k, 1)
	for j := 0; j < x.cols; j += k.Columns() {
		to, b := unsafe.Add(c, j*k.Type.sumBytes()), unsafe.Add(x.b, j/k.Columns()*x.stride)
		init := x.init
		if init != nil {
			init = unsafe.Add(init, j*k.Type.sumBytes())
		}
		if n := x.cols - j; n < k.Columns() {
			v := ceilDiv(n, k.Lanes)
			k.Edge[v][height](x.words, a, lda, b, x.ldb, to, ldc, init, acc, n-(v-1)*k.Lanes)
			break
		}
		next := uintptr(to) + uintptr(k.Columns()*k.Type.sumBytes())
		if j+k.Columns() >= x.cols {
			next = uintptr(c) + uintptr(height*ldc)
		}
		tile(x.words, a, lda, b, x.ldb, to, ldc, init, acc, next, ahead, bNext)
		bNext += bStep
		ahead += uintptr(2 * x.LDA)
	}
	if x.last && x.Finish != nil {
		x.Finish(x.worker, x.row+row, height, x.col, x.cols, c, ldc)
	}
}

// rowOfA is where a row of the block begins in A.
func (x *pass) rowOfA(row int) ptr {
	return unsafe.Add(x.A, (x.row+row)*x.LDA+x.k*x.kernels.Group*x.kernels.Type.elementBytes())
}

// panelOfA is A for a strip: where it lies, or brought into words. Broadcasts need
// no contiguous panel: one of each strip cost 3 % on Zen 4 (fp32, n = 1024, 4 KiB from
// row to row), and packing all of A 11 % on Zen 5 (n = 2048), by one more way through L3.
func (x *pass) panelOfA(row, height int) (a ptr, lda int) {
	lda = x.layout.lda
	switch {
	case !x.blocking.panel:
		return x.rowOfA(row), x.LDA
	case x.blocking.few():
		return x.scratchOf(x.worker, x.layout.a+(x.row-x.grid.cell(x.worker).row+row)*lda+x.k*x.kernels.AWord), lda
	}
	a = x.scratchOf(x.worker, x.layout.a)
	x.makeWords(a, x.rowOfA(row), height, x.elements())
	return a, lda
}

// makeWords brings rows of A into words.
func (p *Plan) makeWords(to, from ptr, rows, elements int) {
	panel := p.kernels.Panel
	if p.AUnsigned {
		panel = p.kernels.PanelUnsigned
	}
	panel(to, p.layout.lda, from, p.LDA, rows, elements)
}

// sums is where the sums of a strip go.
func (x *pass) sums(row int) (c ptr, ldc int) {
	if x.hasC() {
		return unsafe.Add(x.C, (x.row+row)*x.LDC+x.col*x.kernels.Type.sumBytes()), x.LDC
	}
	if x.k == 0 && x.last {
		row = 0
	}
	return x.scratchOf(x.worker, x.layout.sums+row*x.layout.ldSums), x.layout.ldSums
}
