package gemm

import "unsafe"

// A strip is some rows of a block of C, as high as a tile: number, row (within the
// block) and height.
func (x *pass) strip(number, row, height int) {
	k := x.kernels
	a, lda := x.panelOfA(row, height)
	c, ldc := x.sums(row)
	tile, bNext, bStep := x.variant(number, height)
	ahead := uintptr(x.rowOfA(row + height)) // past the last row nothing is lost but a prefetch
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
// no contiguous panel; packing all of A had it go through L3 once more (-11 % on Zen 5
// at n = 2048).
func (x *pass) panelOfA(row, height int) (a ptr, lda int) {
	if !x.blocking.panel {
		return x.rowOfA(row), x.LDA
	}
	panel := x.kernels.Panel
	if x.AUnsigned {
		panel = x.kernels.PanelUnsigned
	}
	a = x.scratchOf(x.worker, x.layout.a)
	panel(a, x.layout.lda, x.rowOfA(row), x.LDA, height, x.elements())
	return a, x.layout.lda
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

// aheadBytes is how far ahead in a panel B is prefetched where it comes from memory:
// latency x bandwidth (200 ns x 38 GB/s on Zen 5). 2, 4, 16, 32 KiB and a whole panel
// were 3-14 % slower with 4…6 rows; PREFETCHT1 4-10 % slower than T0.
const aheadBytes = 8 << 10

// variant chooses the tile of a strip by what of B must be prefetched. The first
// strip of a block meets B in memory; a second one meets it in L2 and fetches half of
// what comes next.
func (x *pass) variant(number, height int) (tile tileFn, bNext, bStep uintptr) {
	k := x.kernels
	switch {
	case number == 0 && (x.Packed != nil || x.blocking.stream):
		return k.Tile[2][height], uintptr(x.b) + uintptr(aheadBytes/k.rowBytes()*x.ldb), uintptr(x.stride)
	case number == 1 && x.blocking.stream && x.Packed != nil:
		return k.Tile[1][height], uintptr(x.b) + uintptr(x.words*k.rowBytes()), 0
	}
	return k.Tile[0][height], 0, 0
}
