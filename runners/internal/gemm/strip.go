package gemm

import "unsafe"

// A strip is some rows of a block of C, as high as a tile: number, row (within the
// block) and height.
func (x *pass) strip(number, row, height int) {
	a, lda := x.panelOfA(row, height)
	c, ldc := x.sums(row)
	if x.blocking.sweep {
		x.sweep(a, lda, height, c, ldc)
	} else {
		x.tiles(number, row, height, a, lda, c, ldc)
	}
	if x.last && x.Finish != nil {
		x.Finish(x.worker, x.row+row, height, x.col, x.cols, c, ldc)
	}
}

// tiles computes a strip tile by tile.
func (x *pass) tiles(number, row, height int, a ptr, lda int, c ptr, ldc int) {
	width, sum := x.kernels.Columns(), x.kernels.Type.sumBytes()
	tile, bNext, bStep := x.variant(number, height)
	ahead, aheadStep := x.nextRows(row+height, a, lda, height)
	j, acc := x.pairs(a, lda, c, ldc, height), min(x.k, 1)
	b := j / width * x.stride
	for ; j+width <= x.cols; j += width {
		to, init := unsafe.Add(c, j*sum), x.initOf(j*sum)
		next := uintptr(to) + uintptr(width*sum)
		if j+width == x.cols {
			next = uintptr(c) + uintptr(height*ldc)
		}
		if x.last {
			x.Out.prefetch(x.row+row, height, x.col+j, width)
		}
		tile(x.words, a, lda, unsafe.Add(x.b, b), x.ldb, to, ldc, init, acc, next, ahead, bNext)
		b += x.stride
		bNext += bStep
		ahead += aheadStep
	}
	if j < x.cols {
		x.edge(height, j, unsafe.Add(a, -x.layout.quartered), lda, unsafe.Add(x.b, b), unsafe.Add(c, j*sum), ldc)
	}
}

// edge computes the tile at the right edge of the block, from column j on.
func (x *pass) edge(height, j int, a ptr, lda int, b, c ptr, ldc int) {
	k, n := x.kernels, x.cols-j
	v := ceilDiv(n, k.Lanes)
	k.Edge[v][height](x.words, a, lda, b, x.ldb, c, ldc, x.initOf(j*k.Type.sumBytes()), min(x.k, 1), n-(v-1)*k.Lanes)
}

// initOf is what the columns from so many bytes on start from, or nil.
func (x *pass) initOf(at int) ptr {
	if x.init == nil {
		return nil
	}
	return unsafe.Add(x.init, at)
}

// rowOfA is where a row of the block begins in A.
func (x *pass) rowOfA(row int) ptr {
	return unsafe.Add(x.A, (x.row+row)*x.LDA+x.k*x.kernels.Group*x.kernels.Type.elementBytes())
}

// panelOfA is A for a strip: where it lies, or brought into words. Broadcasts need
// no contiguous panel: one of each strip cost 3 % on Zen 4 (fp32, n = 1024, 4 KiB from
// row to row), and packing all of A 11 % on Zen 5 (n = 2048), by one more way through L3.
// Words that must be made are kept for the other blocks of B: int8 on Zen 4 1.02, 1.02
// and 1.04 times as fast for n = 1024, 2048, 4096.
func (x *pass) panelOfA(row, height int) (a ptr, lda int) {
	if !x.blocking.panel {
		return x.rowOfA(row), x.LDA
	}
	a, lda = x.scratchOf(x.worker, x.layout.a), x.layout.lda
	switch {
	case x.blocking.few():
		return unsafe.Add(a, x.layout.quartered+(x.row-x.whole.row+row)*lda+x.k*x.kernels.AWord), lda
	case x.layout.keepsA:
		a = unsafe.Add(a, row*lda)
		if !x.blocking.kOuter {
			a = unsafe.Add(a, x.k*x.kernels.AWord)
		}
		if x.col > x.whole.col {
			return a, lda
		}
	}
	x.makeWords(a, x.rowOfA(row), height, x.elements())
	return a, lda
}

// nextRows is what the next strip reads of A, from row on, and the way over two rows.
// Past the last row nothing is lost but a prefetch.
func (x *pass) nextRows(row int, a ptr, lda, height int) (ahead, step uintptr) {
	if x.layout.keepsA && x.col > x.whole.col {
		return uintptr(a) + uintptr(height*lda), uintptr(2 * lda)
	}
	return uintptr(x.rowOfA(row)), uintptr(2 * x.LDA)
}

// makeWords brings rows of A into words.
func (p *Plan) makeWords(to, from ptr, rows, elements int) {
	k := p.kernels
	switch {
	case k.needsPanel(&p.Product) && p.AUnsigned:
		k.PanelUnsigned(to, p.layout.lda, from, p.LDA, rows, elements)
	case k.needsPanel(&p.Product):
		k.Panel(to, p.layout.lda, from, p.LDA, rows, elements)
	default:
		copyWords(to, p.layout.lda, from, p.LDA, rows, elements*k.Type.elementBytes())
	}
}

// copyWords copies rows that are words as they lie.
func copyWords(to ptr, ldd int, from ptr, lds, rows, bytes int) {
	for i := range rows {
		copy(unsafe.Slice((*byte)(unsafe.Add(to, i*ldd)), bytes), unsafe.Slice((*byte)(unsafe.Add(from, i*lds)), bytes))
	}
}

// sums is where the sums of a strip go.
func (x *pass) sums(row int) (c ptr, ldc int) {
	if x.hasC() {
		return unsafe.Add(x.C, (x.row+row)*x.LDC+x.col*x.kernels.Type.sumBytes()), x.LDC
	}
	if x.k == 0 && x.last && !x.blocking.down {
		row = 0
	}
	return x.scratchOf(x.worker, x.layout.sums+row*x.layout.ldSums), x.layout.ldSums
}
