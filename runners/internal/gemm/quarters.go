package gemm

import "unsafe"

// With more than two rows the sums of two panels leave no registers: a tile then reads the quarters
// of one panel side by side, a word of each at a time. The slower the tile, the more it depends on
// what prefetchers hold in flight, which is so much for each place. A comes to it in that order: word
// t of the first quarter, of the second, third and fourth, then word t+1 of each. What does not fill a
// turn of four words follows behind.
//
// Of the rate of the plain tile as in twins.go, fp64, fp32, bf16, medians of seven turns of 13 rounds:
//
//	K = 1024, m = 3  one panel 1.01, 1.04, 1.25   quarters 1.38, 1.37, 1.31
//	K = 1024, m = 4  one panel 1.05, 1.05, 1.24   quarters 1.40, 1.34, 1.33
//	K = 1024, m = 6  one panel 1.17, 1.18, 1.33   quarters 1.34, 1.34, 1.27
//	K = 4096, m = 1  twins 1.18, 1.17, 1.33       quarters 1.25, 1.19, 1.49
//	K = 4096, m = 2  twins 1.25, 1.22, 1.43       quarters 1.38, 1.34, 1.56
//	K = 4096, m = 3  one panel 1.03, 1.03, 1.16   quarters 1.52, 1.50, 1.52
//	K = 4096, m = 4  one panel 1.05, 1.07, 1.23   quarters 1.53, 1.51, 1.46
//	K = 4096, m = 6  one panel 1.18, 1.17, 1.27   quarters 1.43, 1.51, 1.32
//
// Through the driver, N = K = 4096, one worker, of the read rate, by two halves of a panel and so: m =
// 3, 4, 6 fp64 0.73, 0.69, 0.56 and 0.88, 0.91, 0.83, fp32 0.84, 0.76, 0.66 and 0.95, 0.92, 0.80, bf16 (one
// panel) 0.64, 0.63, 0.58 and 0.85, 0.78, 0.65.
//
// Each quarter is prefetched 512 B ahead (gen/fma_few.go); 256 B is as good, 1 KiB is not (fp64 m = 4, 6
// 1.1-1.2 for 1.5). The last turns prefetch the next panel's quarters. Rejected: halves (K = 4096, m = 4, 6
// 1.22-1.29), with 512 B 1.30-1.42, by PREFETCHT1 as good; int8 (K = 1024 0.85-1.06 where one panel has
// 1.2-1.35); several strips that read quarters, of which each fetches half of the next panel at four places, or
// the first alone from memory (m = 8...16 0.9-1.0 of what tiles with two places of prefetch have).

// quartersBytes is the least of a panel, in a pass over K, that is read by quarters; twice as much
// where there are twins. K = 256 has 0.8-1.2 where one panel has 1.0-1.3.
const quartersBytes = 64 << 10

// quartersColumns is the least N for that, since each worker orders all of A anew: a guess by the work of
// it (some 2 % of reading B at N = 1024), not measured.
const quartersColumns = 512

// readsQuarters chooses the blocks of a packed B that is read by quarters, and whether it is. All of
// A's words for a pass over K take up to a quarter of the second level: a longer pass is worth more
// than words in the first (3/4 of it as without quarters: fp64 m = 3, 6 0.80, 0.74 for 1.0, 0.85 of the
// read rate, fp32 0.95, 0.80 for 1.0, 0.97, bf16 0.81, 0.62 for 0.86, 0.76).
func (b *blocking) readsQuarters(k *Kernels, p *Product, l1, l2 int) bool {
	if p.M > k.Rows || k.Quarters[p.M] == nil || p.N < quartersColumns {
		return false
	}
	words, least := k.Words(p.K), quartersBytes
	if k.twinsFor(p.M) != nil {
		least *= 2
	}
	kc, nc := evenly(words, max(l2/4/p.M/k.AWord, 1)), k.Columns()
	if kc*k.rowBytes() < least {
		return false
	}
	if kc == words {
		nc = k.nearColumns(p.M, l1)
	}
	b.quarters, b.panel, b.kc, b.nc = true, true, kc, nc
	return true
}

// orderByQuarters brings a worker's words of A, so many rows, into the order of the tiles.
func (p *Plan) orderByQuarters(worker, rows int) {
	words := p.kernels.Words(p.K)
	for i := range rows {
		from := p.scratchOf(worker, p.layout.a+i*p.layout.lda)
		to := unsafe.Add(from, p.layout.quartered)
		if p.kernels.AWord == 8 {
			orderPasses(unsafe.Slice((*uint64)(to), words), unsafe.Slice((*uint64)(from), words), p.blocking.kc)
		} else {
			orderPasses(unsafe.Slice((*uint32)(to), words), unsafe.Slice((*uint32)(from), words), p.blocking.kc)
		}
	}
}

// orderPasses orders the words of each pass over K.
func orderPasses[W uint32 | uint64](to, from []W, kc int) {
	for len(from) > 0 {
		n := min(kc, len(from))
		orderQuarters(to[:n], from[:n])
		to, from = to[n:], from[n:]
	}
}

func orderQuarters[W uint32 | uint64](to, from []W) {
	q := len(from) / 4
	a, b, c, d := from[:q], from[q:][:q], from[2*q:][:q], from[3*q:][:q]
	for t := range a {
		turn := to[4*t:][:4]
		turn[0], turn[1], turn[2], turn[3] = a[t], b[t], c[t], d[t]
	}
	copy(to[4*q:], from[4*q:])
}

// nextPanel is where the first word lies that B's stream comes to behind this pass over a panel.
func (x *pass) nextPanel() uintptr {
	next := x.words * x.ldb
	if x.last {
		next += x.ldb // a panel's slack
	}
	return uintptr(x.b) + uintptr(next)
}
