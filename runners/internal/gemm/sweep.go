package gemm

import "unsafe"

// Up to three rows of A times a B that lies row-major in memory: tiles would go down
// its columns, 256 bytes from each row, which no prefetcher follows. A sweep goes along
// some rows of B from one end to the other and adds to C, which stays in L1. Of the read
// rate with one worker on Zen 4 (fp32, N = K = 4096), sweeps against tiles: m = 1, 2, 3
// 0.94, 0.75, 0.64 against 0.62, 0.57, 0.52. Rejected: sweeps of more rows (m = 4, 6, 8
// 0.55, 0.45, 0.41 against 0.51, 0.48, 0.41, slower with two workers); four or six rows of
// B at once (m = 1 0.88, 0.91).

// sweepAheadBytes is how far ahead in each row B is prefetched. m = 1: 512 0.89, 1024
// 0.80, 4096 0.79; the rows that come next 0.84. Lines of eight rows at a power-of-two
// stride are all that a set of L1 holds.
const sweepAheadBytes = 256

// sweeps says whether a product is computed by sweeps.
func (b blocking) sweeps(k *Kernels, p *Product) bool {
	return b.inPlace && p.M < len(k.Sweep) && k.Sweep[p.M].words > 0
}

// nearColumns is for how many columns C takes half of the first level.
func (k *Kernels) nearColumns(M, l1 int) int {
	return max(l1/2/(M*k.Type.sumBytes())/k.Columns(), 1) * k.Columns()
}

// sweep computes a strip of a pass.
func (x *pass) sweep(a ptr, lda, height int, c ptr, ldc int) {
	k := x.kernels
	if x.k == 0 {
		x.begin(height, c, ldc)
	}
	s, vectors, lanes := &k.Sweep[height], x.cols/k.Lanes, x.cols%k.Lanes
	steps := x.words / s.words
	if steps > 0 {
		s.many(steps, a, lda, x.b, x.ldb, c, ldc, vectors, lanes, sweepAheadBytes)
	}
	if done := steps * s.words; done < x.words {
		a, b := unsafe.Add(a, done*k.Type.elementBytes()), unsafe.Add(x.b, done*x.ldb)
		s.one(x.words-done, a, lda, b, x.ldb, c, ldc, vectors, lanes, sweepAheadBytes)
	}
}

// begin sets rows of C to what the sums start from.
func (x *pass) begin(rows int, c ptr, ldc int) {
	for i := range rows {
		row := unsafe.Slice((*byte)(unsafe.Add(c, i*ldc)), x.cols*x.kernels.Type.sumBytes())
		if x.init == nil {
			clear(row)
		} else {
			copy(row, unsafe.Slice((*byte)(x.init), len(row)))
		}
	}
}
