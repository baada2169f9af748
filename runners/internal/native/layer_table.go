package native

import (
	"unsafe"

	"joulemark/runners/internal/engine"
	"joulemark/runners/internal/vector"
	"joulemark/workloads"
)

// A table is a row-major matrix of activations as they lie in memory: fp32, or
// bf16 patterns where the layer stores those. Kernels read it in place.
type table struct {
	ops     *vector.Ops
	narrow  bool              // bf16
	round   func(x []float32) // of what is stored, nil for fp32 as it is
	singles []float32         // else
	halves  []uint16          // if narrow
	cols    int
	bytes   *quantised // the same of an int8 layer, where a projection reads them
}

func newTable(a *engine.Arena, ops *vector.Ops, narrow bool, rows, cols int) *table {
	t := &table{ops: ops, narrow: narrow, cols: cols}
	if narrow {
		t.halves = engine.Alloc[uint16](a, rows*cols)
	} else {
		t.singles = engine.Alloc[float32](a, rows*cols)
	}
	return t
}

// at is where column col of row i lies.
func (t *table) at(i, col int) unsafe.Pointer {
	if t.narrow {
		return unsafe.Pointer(&t.halves[i*t.cols+col])
	}
	return unsafe.Pointer(&t.singles[i*t.cols+col])
}

// stride is the bytes from row to row.
func (t *table) stride() int { return t.cols * t.size() }

// size is the bytes of an element.
func (t *table) size() int {
	if t.narrow {
		return 2
	}
	return 4
}

// get gives columns lo…hi-1 of row i: the storage itself, or expanded into buf.
func (t *table) get(i, lo, hi int, buf []float32) []float32 {
	if !t.narrow {
		return t.singles[i*t.cols+lo : i*t.cols+hi]
	}
	buf = buf[:hi-lo]
	t.ops.FromBF16(buf, t.halves[i*t.cols+lo:i*t.cols+hi])
	return buf
}

// put stores v from column lo of row i on, rounded to nearest even where the table
// is narrower. v may be what get gave.
func (t *table) put(i, lo int, v []float32) {
	if t.narrow {
		t.ops.ToBF16(t.halves[i*t.cols+lo:][:len(v)], v)
		return
	}
	to := t.singles[i*t.cols+lo:][:len(v)]
	copy(to, v)
	if t.round != nil {
		t.round(to)
	}
}

// addTo is v += the columns of row i from lo on.
func (t *table) addTo(i, lo int, v []float32) {
	if t.narrow {
		t.ops.AddBF16(v, t.halves[i*t.cols+lo:][:len(v)])
		return
	}
	t.ops.Add(v, t.singles[i*t.cols+lo:][:len(v)])
}

// value is element i, counted row by row.
func (t *table) value(i int64) float64 {
	if t.narrow {
		return float64(workloads.BF16Float(t.halves[i]))
	}
	return float64(t.singles[i])
}

// A stage takes columns col…col+len(v)-1 of a row of a result while they are in
// the first-level cache. It may change v; the last of a chain stores it.
type stage func(worker, row, col int, v []float32)

func (t *table) keep() stage {
	return func(_, row, col int, v []float32) { t.put(row, col, v) }
}

func (t *table) plus() stage {
	return func(_, row, col int, v []float32) { t.addTo(row, col, v) }
}
