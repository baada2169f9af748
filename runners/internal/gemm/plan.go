package gemm

import (
	"fmt"
	"unsafe"
)

// Caches are the sizes that blocking is chosen for: of one core's first and second
// level, and of the last level that cores share. 0 is unknown; small ones are then
// supposed.
type Caches struct{ L1Bytes, L2Bytes, L3Bytes int }

// A Plan is a product with its blocking, its division among workers and its
// scratch. Make it, give it scratch, then let every worker call Run, any number of
// times.
type Plan struct {
	Product
	kernels  *Kernels
	blocking blocking
	grid     grid
	layout   layout
	shares   shares
	scratch  ptr
}

// NewPlan plans a product for so many workers (at least 1). It allocates no scratch.
func NewPlan(k *Kernels, p Product, workers int, c Caches) *Plan {
	b := choose(k, &p, c)
	plan := newPlan(k, p, b, divide(k, &p, workers, b))
	plan.shares = plan.share(c.L2Bytes)
	return plan
}

func newPlan(k *Kernels, p Product, b blocking, g grid) *Plan {
	plan := &Plan{Product: p, kernels: k, blocking: b, grid: g}
	plan.layout = plan.lay()
	return plan
}

// ScratchBytes is how much memory SetScratch must be given, all workers together.
func (p *Plan) ScratchBytes() int { return p.layout.bytes * p.grid.rows * p.grid.columns }

// SetScratch gives the plan its memory, aligned to 64 bytes, which nobody else may
// use while it runs; two plans that never run at the same time may share it.
func (p *Plan) SetScratch(memory ptr) { p.scratch = memory }

// A layout is where things lie in the scratch of one worker.
type layout struct {
	bytes        int
	b            int  // block of B, packed at each call
	a, lda       int  // words of A
	quartered    int  // from there to the same in the order of quarters, or 0
	keepsA       bool // of all rows that come again with the next block of B; else a strip's
	sums, ldSums int  // of C, where there is no C
	init         int  // row of sums for a block
}

// lay counts the scratch of a worker, 64-byte aligned each.
func (p *Plan) lay() layout {
	var l layout
	k, b, c := p.kernels, p.blocking, p.grid.largest()
	take := func(bytes int) int {
		at := l.bytes
		l.bytes += ceilDiv(bytes, 64) * 64
		return at
	}
	nc := min(b.nc, ceilDiv(c.cols, k.Columns())*k.Columns())
	if p.Packed == nil && !b.inPlace {
		l.b = take(nc / k.Columns() * k.panelBytes(b.kc))
	}
	if b.panel {
		words, rows := b.kc, k.Rows
		switch l.keepsA = !b.few() && c.cols > b.nc && !(b.down && b.kOuter); {
		case b.down:
			rows = min(b.mc, c.rows)
			if l.keepsA {
				words = k.Words(p.K)
			}
		case b.few():
			words, rows = k.Words(p.K), c.rows
		case l.keepsA && !b.kOuter:
			words, rows = k.Words(p.K), min(b.mc, c.rows)
		case l.keepsA:
			rows = c.rows
		}
		// A line more than the words: rows do not lie at multiples of a power of two.
		l.lda = ceilDiv(words*k.AWord, 64)*64 + 64
		if k.Vectors <= 2 {
			l.lda += bankBytes
		}
		l.a = take(rows * l.lda)
		if b.quarters {
			l.quartered = take(rows*l.lda) - l.a
		}
	}
	if !p.hasC() {
		l.ldSums = nc*k.Type.sumBytes() + 64
		l.sums = take(p.sumRows(c.rows) * l.ldSums)
	}
	if k.SignedOffset != 0 {
		l.init = take(nc * 4)
	}
	l.bytes = ceilDiv(l.bytes, pageBytes) * pageBytes
	return l
}

// bankBytes more from row to row, and narrow tiles, which broadcast words of all rows every six
// cycles, do not ask the same bank of the first level for them at once. AVX2 on Zen 3, one worker:
// tiles with operands in L1 and L2 1.01-1.04 times as fast, n = 512 fp32 1.01-1.02, fp64 1.02, bf16
// 1.01, int8 1.01-1.05, n = 1024, 2048 0.98-1.03. 4, 8, 20 and 24 are as good, 32 and 36 worse.
const bankBytes = 16

// pageBytes keeps workers off each other's pages.
const pageBytes = 4096

// sumRows is how many rows of sums the scratch holds: a tile's where one pass along the
// rows makes them final, else a block's.
func (p *Plan) sumRows(rows int) int {
	if !p.blocking.down && p.blocking.passes(p.kernels, &p.Product) == 1 {
		return p.kernels.Rows
	}
	return min(p.blocking.mc, rows)
}

// scratchOf is where a worker's scratch lies.
func (p *Plan) scratchOf(worker, at int) ptr {
	return unsafe.Add(p.scratch, worker*p.layout.bytes+at)
}

// String is for the column kernel: instruction, tile, blocking, and how B is read.
func (p *Plan) String() string {
	b := p.blocking
	how := "B packed at each call"
	switch {
	case p.Packed != nil && p.Packed.Anew:
		how += " by all workers"
	case b.quarters:
		how = "B packed once, panels by quarters"
	case p.Packed != nil && p.together() > 1 && p.N >= 2*p.kernels.Columns():
		how = "B packed once, panels in pairs"
	case p.Packed != nil:
		how = "B packed once"
	case b.sweep:
		how = fmt.Sprintf("B in place, %d rows of it at once", p.kernels.Sweep[p.M].words)
	case b.inPlace:
		how = "B in place"
	}
	blocks := fmt.Sprintf("kc %d, nc %d", b.kc*p.kernels.Group, b.nc)
	if b.down {
		blocks += fmt.Sprintf(", mc %d", b.mc)
	}
	return fmt.Sprintf("%s, %s, %s", p.kernels.Name, blocks, how)
}
