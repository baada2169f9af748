package gemm

// A grid divides C among workers: rows x columns of cells, one a worker. Nothing that
// is packed and no part of C is shared: a dirty line that goes from core to core
// costs as much as 450 ns (Zen 5, two cores of different complexes), and sharing
// packed B cost up to 25 %.
type grid struct {
	rows, columns int // of cells
	m             int // rows of C
	n, unit       int // columns of C, and of what is dealt out
}

// A cell is one worker's part of C.
type cell struct{ row, rows, col, cols int }

// What a worker does besides multiplying, in multiplications of a vector (0.3 ns on Zen 4
// by AVX-512). Fitted to both divisions of squares between two workers there, n =
// 256…2048 in four types, B packed before and at each call.
const (
	// fetchCost is to bring a vector of A or B from memory. Each row of cells reads all
	// of B, each column all of A.
	fetchCost = 16
	// packCost is to pack a vector of B, which comes from memory.
	packCost = 50
	// seamCost is to have a neighbour in a row of C: prefetchers of one core take lines
	// that the other has just written, and the way back costs 240 ns. int8 with n = 256, 512,
	// 1024 is 1.8, 1.6, 1.2 times as fast with cells one above the other, fp32 with 256,
	// 512, 1024 (packed before) 1.18, 1.10, 1.05 times.
	seamCost = 800
)

// divide takes the grid whose largest cell is cheapest. Columns are dealt out by
// vectors, or by panels where they are packed.
func divide(k *Kernels, p *Product, workers int, b blocking) grid {
	unit := k.Lanes
	if p.Packed != nil {
		unit = k.Columns()
	}
	best, least := grid{}, 0
	for rows := 1; rows <= workers; rows++ {
		g := grid{rows: rows, columns: workers / rows, m: p.M, n: p.N, unit: unit}
		if cost := g.cost(k, p, b); rows == 1 || cost < least {
			best, least = g, cost
		}
	}
	return best
}

// cost is the work of the largest cell.
func (g grid) cost(k *Kernels, p *Product, b blocking) int {
	c, words := g.largest(), k.Words(p.K)
	vectors := ceilDiv(c.cols, k.Lanes)
	cost := words * (c.rows*vectors + fetchCost*(vectors+c.rows/k.Lanes))
	if p.Packed == nil && !b.inPlace {
		cost += packCost * words * vectors
	}
	// Prefetchers end at a page's end, and so does what they take from others.
	if g.columns > 1 && c.cols*k.Type.sumBytes()%pageBytes != 0 {
		cost += seamCost * c.rows * b.passes(k, p)
	}
	return cost
}

// cell is the part of one worker; it may be empty.
func (g grid) cell(worker int) cell {
	if worker >= g.rows*g.columns {
		return cell{}
	}
	i, j := worker/g.columns, worker%g.columns
	units := ceilDiv(g.n, g.unit)
	row, end := i*g.m/g.rows, (i+1)*g.m/g.rows
	col, right := j*units/g.columns*g.unit, min((j+1)*units/g.columns*g.unit, g.n)
	return cell{row, end - row, col, right - col}
}

// largest bounds the sizes of all cells.
func (g grid) largest() cell {
	return cell{rows: ceilDiv(g.m, g.rows), cols: min(ceilDiv(ceilDiv(g.n, g.unit), g.columns)*g.unit, g.n)}
}
