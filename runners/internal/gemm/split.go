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

// packCost is what packing a vector of B costs, in multiplications of a vector.
const packCost = 3

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
		if cost := g.cost(k.Lanes, p.Packed == nil && !b.inPlace); rows == 1 || cost < least {
			best, least = g, cost
		}
	}
	return best
}

// cost is the work of the largest cell, for each word of K.
func (g grid) cost(lanes int, packs bool) int {
	rows := ceilDiv(g.m, g.rows)
	vectors := ceilDiv(min(ceilDiv(ceilDiv(g.n, g.unit), g.columns)*g.unit, g.n), lanes)
	cost := rows * vectors
	if packs {
		cost += packCost * vectors
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
