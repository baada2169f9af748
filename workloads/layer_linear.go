package workloads

const (
	panelCols = 64  // weights generated at once by one goroutine:
	panelRows = 256 // 64 x 256 float64 are 128 KiB, half of a usual L2 cache
	stripCols = 4   // columns of a register tile; its two rows are the two lanes
)

// A weights is a weight matrix that is generated where it is needed and never
// held whole: it may have ten times the elements that memory holds as float64.
type weights struct {
	Tensor
	seed uint64
	set  int
}

// linear returns x W[:, from:to].
func (w weights) linear(x lanes, from, to int) lanes {
	out := newLanes(x.rows, to-from)
	panels := (to - from + panelCols - 1) / panelCols
	parallel(panels, func(p int) {
		first := from + p*panelCols
		w.panel(x, out, first, min(first+panelCols, to), first-from)
	})
	return out
}

// panel adds x W[:, from:to] to the columns of out from `at` on.
func (w weights) panel(x, out lanes, from, to, at int) {
	block := make([]float64, panelRows*panelCols)
	line := make([]float64, to-from)
	for k := 0; k < x.cols; k += panelRows {
		height := min(panelRows, x.cols-k)
		for r := range height {
			w.Values(w.seed, w.set, line, uint64(k+r)*uint64(w.Shape[1])+uint64(from))
			for c, v := range line {
				block[c/stripCols*height*stripCols+r*stripCols+c%stripCols] = v
			}
		}
		for i := range x.rows {
			addTiles(x.both(i), out.both(i), block, k, height, at, to-from)
		}
	}
}

// addTiles multiplies x[k:k+height] of both lanes with a block of weights that
// lies in strips of four columns.
func addTiles(x, out [2][]float64, block []float64, k, height, at, width int) {
	for c := 0; c < width; c += stripCols {
		strip := block[c*height : (c+stripCols)*height]
		t := tile(x[0][k:k+height], x[1][k:k+height], strip)
		for j := range min(stripCols, width-c) {
			out[0][at+c+j] += t[j]
			out[1][at+c+j] += t[stripCols+j]
		}
	}
}

// tile is x times the strip and y times the strip: eight sums in registers.
func tile(x, y, strip []float64) [2 * stripCols]float64 {
	var a0, a1, a2, a3, b0, b1, b2, b3 float64
	y = y[:len(x)]
	for i, u := range x {
		w := strip[i*stripCols : i*stripCols+stripCols : i*stripCols+stripCols]
		v := y[i]
		a0 += u * w[0]
		a1 += u * w[1]
		a2 += u * w[2]
		a3 += u * w[3]
		b0 += v * w[0]
		b1 += v * w[1]
		b2 += v * w[2]
		b3 += v * w[3]
	}
	return [...]float64{a0, a1, a2, a3, b0, b1, b2, b3}
}
