package gemm

import "unsafe"

// Tiles of few rows that read the quarters of a panel side by side go a word of each at a time. A
// comes to them in that order: word t of the first quarter, of the second, third and fourth,
// then word t+1 of each. What does not fill a turn of four words follows behind.

// quartersBytes is the least of a panel, in a pass over K, that is read by quarters.
const quartersBytes = 64 << 10

// quartersColumns is the least N for that: each worker orders all of A anew.
const quartersColumns = 512

// readsQuarters chooses the blocks of a packed B that is read by quarters, and whether it is. All of
// A's words for a pass over K take up to a quarter of the second level: a longer pass is worth more
// than words in the first.
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
