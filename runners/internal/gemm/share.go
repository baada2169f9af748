package gemm

import "sync/atomic"

// shares are the last rows of each worker's cell, or its last columns where rows are few,
// cut into chunks that whoever is free takes. A core that the system or a neighbour takes
// away for a while then delays the product by half as much as with cells alone; on a quiet
// machine every worker takes its own chunks and no line of C changes hands. Two workers on
// Zen 4 in a virtual machine, with against without, medians of three runs: bf16 n = 512, 1024
// 1.04, 1.035 (1.10 while the neighbours were busy); fp32, fp64 256…512 1.01…1.06; int8 512 1.03.
type shares struct {
	chunks     int // of a cell
	rows, cols int // of a chunk; one of them is 0, for all that the cell has
	unit       int // cols are whole panels of so many columns
	visitors   int // workers that look after a cell: its own and those before it
	taken      []counter
	runs       []counter // of a worker; only it counts
}

// A counter keeps to its own cache line.
type counter struct {
	atomic.Int64
	_ [56]byte
}

const (
	// shareChunks is how many chunks a cell has, and one is 1/shareRest of its rows. 4/16,
	// 8/64 and 8/32 were as fast within 1 %.
	shareChunks = 4
	shareRest   = 32
	// shareStrips is the least that a cell has of strips.
	shareStrips = 16
	// shareVisitors bounds what a worker asks at the end of a product.
	shareVisitors = 4
	// shareFew is how many chunks a cell has where rows are few, and one is 1/shareFewOf of
	// its panels: half of a cell, since what is shared costs nothing. Where twins find no partners
	// in so few panels, chunks are larger and fewer: decode of the layer, batch 1, two workers on Zen
	// 3, AVX2, as fast as with chunks of 1/32 (medians of five turns): fp32 0.99, bf16 1.21, int8 1.18.
	shareFew, shareFewOf = 16, 32
	// shareBytes, in second-level caches, is what the packed B of a cell may take: each
	// chunk goes over all of it. On Zen 4 with 8 (n = 2048) nothing was gained, with 32 1.5 % lost. On
	// Zen 3 with 8.2 (fp32 n = 1000, 1024) packed once 1.00-1.04, 0.99-1.03 times as fast (three runs of 15
	// to 31 rounds), packed together 1.03-1.07, 1.02-1.04 as fast as by cells; with 16 (fp64) and 32 0.98-1.03.
	shareBytes = 9
)

// share says what is shared: nothing where B would have to be packed again. Rejected for
// those: the last columns, of which each chunk packs its own B. On Zen 4 fp32 n = 1024
// 1.02, but int8 and bf16 256…2048 0.95…1.0, with and without busy neighbours.
//
// With few rows every panel is read once, by whoever comes to it. Decode of the layer, two
// workers on Zen 3 with busy neighbours, of the read rate, cells alone and with a quarter of the
// panels shared (medians of six turns each): batch 1 fp32 0.89, 0.91, bf16 0.81, 0.81, int8 0.77,
// 0.82; batch 8 0.67, 0.72 and 0.54, 0.61 and 0.50, 0.54. Against a quarter half is
// 1.01, 1.05, 1.10 with batch 1 and 0.98, 1.09, 0.91 with batch 8 (five turns).
func (p *Plan) share(l2Bytes int) shares {
	k, g := p.kernels, p.grid
	cells, rows, panels := g.rows*g.columns, g.m/g.rows, ceilDiv(g.largest().cols, k.Columns())
	switch {
	case cells == 1, p.Packed == nil:
		return shares{}
	case p.blocking.few():
		least := ceilDiv(p.N, k.Columns()) / g.columns // panels of a cell
		if g.rows > 1 || least < 2*shareFew {
			return shares{}
		}
		each := max(least/shareFewOf, p.together())
		s := newShares(cells, min(shareFew, least/2/each))
		s.cols, s.unit = each*k.Columns(), k.Columns()
		return s
	case rows < shareStrips*k.Rows, g.columns > ceilDiv(g.n, g.unit),
		panels*k.panelBytes(k.Words(p.K)) > shareBytes*l2Bytes:
		return shares{}
	}
	s := newShares(cells, shareChunks)
	s.rows = max(rows/shareRest/k.Rows, 1) * k.Rows
	return s
}

// PacksTogether says whether workers should pack B together, into a Packed, before each product of
// p, and not each for its own cell: where rows are then shared, and tiles are narrow, for which it
// was measured. AVX2 on Zen 3, two workers, B packed at each call, medians of 15 rounds: n = 256, 512,
// 640 fp32 1.03-1.08, 1.05, 1.02 times as fast, fp64 1.02-1.10, 1.06-1.09, 1.01, bf16 1.07, 1.15, 1.06,
// int8 1.06, 1.12, 1.13, and 800, 1000, 1024 bf16 1.03-1.11, int8 1.01-1.12; n = 200
// 0.95-1.09. Where nothing is shared it is not worth the second step: n = 130 0.91-1.00, n = 2048 fp32
// 0.96-1.00, fp64 0.99-1.02.
func (k *Kernels) PacksTogether(p Product, workers int, c Caches) bool {
	if p.Packed != nil || !k.narrow() {
		return false
	}
	p.Packed = &Packed{}
	return NewPlan(k, p, workers, c).shares.rows > 0
}

// newShares has so many chunks of each cell, of a size to be set.
func newShares(cells, chunks int) shares {
	return shares{chunks: chunks, visitors: min(cells, shareVisitors), taken: make([]counter, cells), runs: make([]counter, cells)}
}

// own is what a worker computes of its cell before it shares.
func (s *shares) own(c cell) cell {
	c.rows -= s.chunks * s.rows
	if s.cols > 0 {
		c.cols = ceilDiv(c.cols, s.unit)*s.unit - s.chunks*s.cols
	}
	return c
}

// chunk is one of those of a cell.
func (s *shares) chunk(c cell, i int) cell {
	own := s.own(c)
	if s.cols == 0 {
		return cell{own.row + own.rows + i*s.rows, s.rows, c.col, c.cols}
	}
	col := own.col + own.cols + i*s.cols
	return cell{c.row, c.rows, col, min(s.cols, c.col+c.cols-col)}
}

// finish takes chunks, of the worker's own cell first, until there are none. Tickets go
// on from product to product: each takes those of all chunks, and one more for every
// visitor, who learns by it that there are no more.
func (s *shares) finish(worker int, p *Plan) {
	if s.chunks == 0 {
		return
	}
	before := (s.runs[worker].Add(1) - 1) * int64(s.chunks+s.visitors)
	for i := range s.visitors {
		number := (worker + i) % len(s.taken)
		for {
			chunk := int(s.taken[number].Add(1) - 1 - before)
			if chunk >= s.chunks {
				break
			}
			p.compute(worker, s.chunk(p.grid.cell(number), chunk))
		}
	}
}
