package gemm

import "unsafe"

// Run computes one worker's part of the product: 0…workers-1, each once, at the
// same time or in any order. It does not allocate and waits for nobody; C is whole
// when all have returned.
//
//	for words of K, kc at a time       C is read and written once each: kc large
//	  for columns, nc at a time        a block of B, kc x nc, stays in L2
//	    for rows, a tile's at a time   a panel of A, rows x kc, stays in L1
//	      for columns of the block     tiles go along the rows of C
//
// Without a C, or where B is streamed, K lies inside of the columns, and blocks of
// rows outside of both. Columns outermost with a C cost 1.5 % on Zen 5 (n >= 2048).
func (p *Plan) Run(worker int) {
	c := p.grid.cell(worker)
	if c.rows == 0 || c.cols == 0 {
		return
	}
	if p.blocking.panel && p.blocking.few() {
		p.makeWords(p.scratchOf(worker, p.layout.a), unsafe.Add(p.A, c.row*p.LDA), c.rows, p.K)
		if p.blocking.quarters {
			p.orderByQuarters(worker, c.rows)
		}
	}
	p.compute(worker, p.shares.own(c))
	p.shares.finish(worker, p)
}

// compute is Run for any cell.
func (p *Plan) compute(worker int, c cell) {
	b, words := &p.blocking, p.kernels.Words(p.K)
	if b.kOuter {
		for k := 0; k < words; k += b.kc {
			for j := 0; j < c.cols; j += b.nc {
				x := p.pass(worker, cell{c.row, c.rows, c.col + j, min(b.nc, c.cols-j)}, c, k)
				for i := 0; i < c.rows; i += b.mc {
					x.row, x.rows = c.row+i, min(b.mc, c.rows-i)
					x.block()
				}
			}
		}
		return
	}
	for i := 0; i < c.rows; i += b.mc {
		for j := 0; j < c.cols; j += b.nc {
			for k := 0; k < words; k += b.kc {
				x := p.pass(worker, cell{c.row + i, min(b.mc, c.rows-i), c.col + j, min(b.nc, c.cols-j)}, c, k)
				x.block()
			}
		}
	}
}

// A pass multiplies kc words of K for one block of C.
type pass struct {
	*Plan
	cell
	whole       cell // of which it is a block
	worker      int
	k, words    int // of K
	b           ptr // the block of B
	stride, ldb int // from panel to panel, from word to word
	init        ptr // of the block's columns, or nil
	last        bool
}

// pass finds the block of B.
func (p *Plan) pass(worker int, c, whole cell, k int) pass {
	x := pass{Plan: p, cell: c, whole: whole, worker: worker, k: k, words: min(p.blocking.kc, p.kernels.Words(p.K)-k)}
	x.last = x.k+x.words == p.kernels.Words(p.K)
	x.init = x.start(x.source())
	return x
}

// block multiplies the rows of the pass.
func (x *pass) block() {
	if x.blocking.down {
		x.down()
		return
	}
	for i := range x.strips() {
		row, height := x.rowsOf(i)
		x.strip(i, row, height)
	}
}

// strips is how many there are, of equal heights: eight rows are 4 and 4, not 6 and 2.
func (x *pass) strips() int { return ceilDiv(x.rows, x.kernels.Rows) }

// rowsOf are those of a strip, counted from the first of the block.
func (x *pass) rowsOf(strip int) (row, height int) {
	n := x.strips()
	row = strip * x.rows / n
	return row, (strip+1)*x.rows/n - row
}

// source finds the block of B, or packs it. It gives what init must start from
// because of SignedOffset, or nil.
func (x *pass) source() (correction ptr) {
	k := x.kernels
	switch {
	case x.Packed != nil:
		panel := x.col / k.Columns()
		x.b, x.stride, x.ldb = unsafe.Add(x.Packed.panel(panel), x.k*k.rowBytes()), x.Packed.stride(), k.rowBytes()
		if x.k == 0 { // it is of all K
			correction = x.Packed.correction(panel)
		}
		return correction
	case x.blocking.inPlace:
		x.b, x.stride, x.ldb = x.blockOfB(), k.rowBytes(), x.LDB
		return nil
	}
	x.b, x.stride, x.ldb = x.scratchOf(x.worker, x.layout.b), k.panelBytes(x.words), k.rowBytes()
	k.pack(x.b, x.stride, x.blockOfB(), x.LDB, x.elements(), x.cols)
	if k.SignedOffset == 0 {
		return nil
	}
	correction = x.scratchOf(x.worker, x.layout.init)
	for i := range ceilDiv(x.cols, k.Columns()) {
		k.correct(unsafe.Add(correction, i*k.Columns()*4), unsafe.Add(x.b, i*x.stride), x.words)
	}
	return correction
}

// elements is how many of K the pass covers.
func (x *pass) elements() int { return min(x.words*x.kernels.Group, x.K-x.k*x.kernels.Group) }

// blockOfB is where the block begins in the row-major B.
func (x *pass) blockOfB() ptr {
	return unsafe.Add(x.B, x.k*x.kernels.Group*x.LDB+x.col*x.kernels.Type.elementBytes())
}

// start is the row that the sums of this pass start from, or nil for zeros.
func (x *pass) start(correction ptr) ptr {
	if x.Init == nil || x.k > 0 {
		return correction
	}
	init := unsafe.Add(x.Init, x.col*x.kernels.Type.sumBytes())
	if correction == nil {
		return init
	}
	sum := unsafe.Slice((*int32)(x.scratchOf(x.worker, x.layout.init)), x.cols)
	for i, c := range unsafe.Slice((*int32)(correction), x.cols) {
		sum[i] = c + unsafe.Slice((*int32)(init), x.cols)[i]
	}
	return ptr(unsafe.SliceData(sum))
}
