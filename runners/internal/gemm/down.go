package gemm

import "unsafe"

// Where the rows of A lie a multiple of the first level's ways apart, they meet in the
// same sets, and a narrow tile, which comes back to them after every 64 bytes of each row
// of B, does not find them there again. A is then copied into words, a block of rows that
// stays in the second level, and tiles go down the columns of C:
//
//	for words of K, kc at a time
//	  for columns, nc at a time       a block of B, kc x nc
//	    for rows, mc at a time        a block of A, mc x kc, is copied and stays in L2
//	      for columns of a tile       a panel of B, kc x columns, is the same for
//	        for rows of a tile        all tiles down a column of C
//
// Against A in place AVX2 on Zen 3, packed B, is 1.12, 1.10 times as fast in fp32 (n = 1024, 2048).
// With other strides (n = 1000, 1500) fp32 is 1-3 % slower, fp64 5 %; where words must be made
// anyway, bf16 is as fast and int8 2-6 % slower. fp64, whose passes are shorter for the same
// bytes, has its words along the rows of C, a strip at a time: n = 512, 1024, 1536, 2048 packed once
// 1.02, 1.03, 1.05, 1.02, at each call 1.05, 1.01, 1.03, 1.02 times as fast as down the columns, with
// two workers n = 512 1.05. fp32 so is 0.99-1.02 with one worker, but 0.94-1.03 with two, and the layer
// 0.94. Rejected: tiles of 3x4 vectors, which take 5 % less instructions (fp32 0.97, fp64 0.97); turns of
// eight words of K (0.99-1.02).

// wayBytes is a way of the first level of every processor with 64 sets.
const wayBytes = 4096

// rowsMeet says whether rows of A meet in the first level, so that a tile of more than four does
// not find them there again beside B. With few rows, N = K = 1024, one worker, copying them is for m =
// 12, 16 fp32 1.13, 1.08, fp64 1.08, 1.03 times as fast, N = K = 4096 1.12, 1.06, 1.03, 0.99; with strips
// of four (m = 8) 0.97-1.00; one strip of six, which the memory bounds, 0.97-1.03.
func (k *Kernels) rowsMeet(p *Product) bool {
	strips := ceilDiv(p.M, k.Rows)
	few := p.M <= fewRows && (p.Packed == nil || strips == 1 || ceilDiv(p.M, strips) <= 4)
	return !few && p.LDA%wayBytes == 0
}

// goesDown says whether a product is of that kind. The kernels say whether it was tried.
func (k *Kernels) goesDown(p *Product) bool {
	return k.Down[k.Rows] != nil && !k.needsPanel(p) && k.rowsMeet(p)
}

// downBytes is what a block of B packed at each call may take: A is copied again for each.
// 8 MiB in place of 2, Zen 3, one worker, order drawn anew in 25 to 40 rounds: fp32 n = 1024,
// 2048 1.03, 1.01, with 1.5 % of error. Rejected: lines of the next panel of B fetched by the last
// four strips, not two (0.99-1.01).
const downBytes = 8 << 20

// goDown chooses the blocks.
func (b *blocking) goDown(k *Kernels, p *Product, l2 int) {
	b.down, b.panel, b.kOuter = true, true, p.hasC()
	b.kc = evenly(k.Words(p.K), downWords)
	b.mc = max(l2*3/8/(b.kc*k.AWord)/k.Rows, 1) * k.Rows
	switch {
	case !p.hasC(): // sums beside the words
		b.nc = max(l2/4/(b.mc*k.Type.sumBytes())/k.Columns(), 1) * k.Columns()
	case p.Packed != nil:
		b.nc = k.Padded(p.N)
	default:
		b.nc = max(downBytes/(b.kc*k.BWord)/k.Columns(), 1) * k.Columns()
	}
}

// downWords is the longest pass over K. A panel of B that leaves room for a strip of A in the
// first level is worth less than fewer passes over C (fp32, Zen 3, 15 to 40 rounds): 1024 in place
// of 512, n = 1024, 2048, packed once 1.04, 1.02 times as fast, at each call 1.02, 1.02.
const downWords = 1024

// down computes a block.
func (x *pass) down() {
	width := x.kernels.Columns()
	j, b := 0, x.b
	for ; j+width < x.cols; j, b = j+width, unsafe.Add(b, x.stride) {
		x.column(j, b)
	}
	if j+width == x.cols {
		x.column(j, b)
	} else {
		x.edgeColumn(j, b)
	}
	for i := 0; x.last && x.Finish != nil && i < x.strips(); i++ {
		row, height := x.rowsOf(i)
		c, ldc := x.sums(row)
		x.Finish(x.worker, x.row+row, height, x.col, x.cols, c, ldc)
	}
}

// column computes the tiles of a panel of B, for the columns from j on.
func (x *pass) column(j int, b ptr) {
	k, strips, at := x.kernels, x.strips(), j*x.kernels.Type.sumBytes()
	init, acc := x.initOf(at), min(x.k, 1)
	for i, row := 0, 0; i < strips; i++ {
		height := (i+1)*x.rows/strips - row
		a, lda := x.wordsOfA(row, height, j == 0)
		c, ldc := x.sums(row)
		if x.last {
			x.Out.prefetch(x.row+row, height, x.col+j, k.Columns())
		}
		tile, bNext := x.downTile(strips-1-i, height, b)
		c = unsafe.Add(c, at)
		tile(x.words, a, lda, b, x.ldb, c, ldc, init, acc, uintptr(c)+uintptr(height*ldc), uintptr(a)+uintptr(height*lda), bNext)
		row += height
	}
}

// downTile is the tile of a strip, by its number from the last: the last two bring half
// of the next panel of B each.
func (x *pass) downTile(strip, height int, b ptr) (tile tileFn, bNext uintptr) {
	k := x.kernels
	if strip > 1 {
		return k.Down[height], 0
	}
	return k.Tile[1][height], uintptr(b) + uintptr(x.stride+(1-strip)*x.words*k.rowBytes()/2)
}

// edgeColumn computes the tiles at the right edge of the block, from column j on.
func (x *pass) edgeColumn(j int, b ptr) {
	for i := range x.strips() {
		row, height := x.rowsOf(i)
		a, lda := x.wordsOfA(row, height, j == 0)
		c, ldc := x.sums(row)
		x.edge(height, j, a, lda, b, unsafe.Add(c, j*x.kernels.Type.sumBytes()), ldc)
	}
}

// wordsOfA is a strip of the block in words, which are copied for its first panel; without
// a C they are kept for the other blocks of B.
func (x *pass) wordsOfA(row, height int, first bool) (a ptr, lda int) {
	lda = x.layout.lda
	a = x.scratchOf(x.worker, x.layout.a+row*lda)
	if x.layout.keepsA {
		a = unsafe.Add(a, x.k*x.kernels.AWord)
		first = first && x.col == x.whole.col
	}
	if first {
		x.makeWords(a, x.rowOfA(row), height, x.elements())
	}
	return a, lda
}
