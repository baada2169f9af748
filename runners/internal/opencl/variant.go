package opencl

import (
	"fmt"

	"joulemark/workloads"
)

// A variant is a way to compute a product: a kernel with its parameters, which are
// macros of the kernel files.
type variant struct {
	kernel string // panels, tiles or strips: the kernel's name and its file's
	r, c   int    // rows and columns (panels: vectors of columns) of one item
	v      int    // elements of a vector
	tx, ty int    // items of a work-group; 1 x 1 for panels
	deep   int    // of tiles: how much of K lies in local memory
}

func (v variant) String() string {
	switch v.kernel {
	case "panels":
		return fmt.Sprintf("panels %dx%dx%d", v.r, v.c, v.v)
	case "tiles":
		return fmt.Sprintf("tiles %dx%dx%d", v.ty*v.r, v.tx*v.c, v.deep)
	}
	return fmt.Sprintf("strips %dx%dx%d", v.r, v.tx, v.ty)
}

// panel is the width of the panels that B must lie in, 0 for row-major.
func (v variant) panel() int {
	if v.kernel == "panels" {
		return v.c * v.v
	}
	return 0
}

func (v variant) definitions() []definition {
	return []definition{{"R", v.r}, {"C", v.c}, {"V", v.v}, {"TX", v.tx}, {"TY", v.ty}, {"DEEP", v.deep}}
}

// grid is the work-items for a product of that size, and those of a group.
func (v variant) grid(s shape) (global, local [3]int) {
	local = [3]int{v.tx, v.ty, 1}
	switch v.kernel {
	case "panels":
		return [3]int{ceil(s.rows, v.r), ceil(s.columns, v.panel()), 1}, local
	case "tiles":
		return [3]int{ceil(s.columns, v.tx*v.c) * v.tx, ceil(s.rows, v.ty*v.r) * v.ty, 1}, local
	}
	return [3]int{ceil(s.columns, v.tx) * v.tx, v.ty, ceil(s.rows, v.r)}, local
}

// fits reports whether the device can run the variant with sums of that many bytes.
func (v variant) fits(d *Device, sumBytes int) bool {
	local := 0
	switch v.kernel {
	case "tiles":
		local = v.deep * (v.ty*v.r + v.tx*v.c + 2) * sumBytes
	case "strips":
		local = v.tx * v.ty * v.r * sumBytes
	}
	return v.tx*v.ty <= d.maxGroup && int64(local) <= d.localBytes
}

func ceil(n, by int) int { return (n + by - 1) / by }

// A shape is that of a product C[rows, columns] = A[rows, depth] B[depth, columns].
type shape struct{ rows, columns, depth int }

func (s shape) ops() float64 { return 2 * float64(s.rows) * float64(s.columns) * float64(s.depth) }

// few is up to how many rows a product reads each weight for a row or two, so that
// memory bounds it.
const few = 8

// candidates are the variants worth trying on a device, the safest first.
func candidates(d *Device, t workloads.DType, rows int) (fit []variant) {
	all := forGPU(rows)
	if d.CPU {
		all = forCPU(d, t, rows)
	}
	for _, v := range all {
		if v.fits(d, sumBytes(t)) {
			fit = append(fit, v)
		}
	}
	return fit
}

// forCPU gives panels of registers: R x C vectors of sums, one row of B and one
// element of A must fit them. Local memory is ordinary memory there, and barriers
// cost loops.
func forCPU(d *Device, t workloads.DType, rows int) (list []variant) {
	v := d.vector
	if t == workloads.FP64 {
		v = max(1, v/2)
	}
	blocks := [][2]int{{4, 2}, {6, 2}, {8, 1}, {4, 4}}
	if rows < 4 {
		blocks = [][2]int{{rows, 2}, {rows, 4}}
	}
	for _, rc := range blocks {
		list = append(list, variant{kernel: "panels", r: min(rc[0], rows), c: rc[1], v: v, tx: 1, ty: 1})
	}
	return list
}

func forGPU(rows int) []variant {
	if rows <= few {
		return []variant{
			{kernel: "strips", r: rows, c: 1, v: 1, tx: 32, ty: 4},
			{kernel: "strips", r: rows, c: 1, v: 1, tx: 64, ty: 4},
			{kernel: "strips", r: rows, c: 1, v: 1, tx: 32, ty: 8},
			{kernel: "strips", r: rows, c: 1, v: 1, tx: 32, ty: 1},
		}
	}
	return []variant{
		{kernel: "tiles", r: 4, c: 4, v: 1, tx: 16, ty: 16, deep: 16},
		{kernel: "tiles", r: 2, c: 2, v: 1, tx: 16, ty: 16, deep: 16},
		{kernel: "tiles", r: 8, c: 8, v: 1, tx: 16, ty: 16, deep: 8},
		{kernel: "tiles", r: 8, c: 8, v: 1, tx: 8, ty: 8, deep: 16},
		{kernel: "tiles", r: 8, c: 4, v: 1, tx: 16, ty: 8, deep: 16},
		{kernel: "tiles", r: 2, c: 2, v: 1, tx: 8, ty: 8, deep: 8},
	}
}

// sumBytes is the size of the accumulator of a type.
func sumBytes(t workloads.DType) int {
	if t == workloads.FP64 {
		return 8
	}
	return 4
}

// typeFile is the kernel file that defines a type.
func typeFile(t workloads.DType) string {
	if t == workloads.TF32 {
		return string(workloads.FP32)
	}
	return string(t)
}
