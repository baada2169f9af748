package opencl

import "joulemark/workloads"

// A layout is how a matrix [rows, columns] lies in device memory: in panels of
// `run` columns, one after the other, each row-major, the last one filled up with
// zeros. One panel as wide as the matrix is the matrix as it is.
//
// Panels are made when a task is prepared. A kernel that walks down one panel
// reads memory in order, whatever the number of columns.
type layout struct {
	rows, columns int64
	run           int64
}

// wholeRun is how many neighbours of a tensor without panels are made at once.
const wholeRun = 1024

// layoutOf lays a matrix out in panels of that width; 0 leaves a tensor as it is,
// which is one row of panels.
func layoutOf(t workloads.Tensor, panel int) layout {
	if panel > 0 {
		return layout{int64(t.Shape[0]), int64(t.Shape[1]), int64(panel)}
	}
	n := int64(t.Len())
	return layout{1, n, min(n, wholeRun)}
}

func (l layout) panels() int64   { return (l.columns + l.run - 1) / l.run }
func (l layout) elements() int64 { return l.panels() * l.rows * l.run }

// source is where run number n comes from: the row-major index of its first
// element, and how many of its columns exist.
func (l layout) source(n int64) (first, count int64) {
	panel, row := n/l.rows, n%l.rows
	column := panel * l.run
	return row*l.columns + column, max(0, min(l.run, l.columns-column))
}
