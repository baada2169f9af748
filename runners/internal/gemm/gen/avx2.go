package main

import (
	"strings"

	"joulemark/runners/internal/asm"
)

// avx2 gives the files of the AVX2 kernels, and of the AVX-512 ones for processors
// without its dot products, which are the same but for the width.
func avx2() []*asm.File {
	return []*asm.File{
		kernels("avx2_amd64", ymm, fp64, fp32, bf16, int8s, narrow8s, quads),
		kernels("avx512_plain_amd64", zmm, bf16, int8s),
		packers("avx2_pack_amd64"),
	}
}

func kernels(name string, w width, words ...word) *asm.File {
	f := &asm.File{Package: "gemm", Name: name}
	f.Data("upper", 0xffff0000)
	if w.vex {
		ones := uint32(0xffffffff)
		f.Data("lanes", ones, ones, ones, ones, ones, ones, ones, ones, 0, 0, 0, 0, 0, 0, 0, 0)
	}
	for _, t := range words {
		tables(f, w, t)
	}
	return f
}

// tables writes all kernels of a type and the tables that hold them.
func tables(f *asm.File, w width, t word) {
	var rows []string
	for lines := range 3 {
		rows = append(rows, byRows(w.rows, func(n int) string { return tile(f, w, t, n, lines) }))
	}
	table(f, w, t, "Tiles", "[3][maxRows + 1]tileFn", rows...)
	if w.vex && t.maskedB && t.bytes == 4 { // fp32 alone gains by it, see ../down.go
		table(f, w, t, "Down", "[maxRows + 1]tileFn", byRows(w.rows, func(n int) string { return downTile(f, w, t, n) }))
	}
	if w.vex && t.ahead > 0 {
		table(f, w, t, "Twins", "[maxTwinRows + 1]twinFn", byRows(twinRows, func(n int) string { return twins(f, w, t, n) }))
	}
	if w.vex && t.quarters {
		table(f, w, t, "Quarters", "[maxRows + 1]tileFn", byRows(w.rows, func(n int) string { return quartersTile(f, w, t, n) }))
	}
	rows = []string{"{}"}
	for vectors := 1; vectors <= w.vectors; vectors++ {
		rows = append(rows, byRows(w.rows, func(n int) string { return edge(f, w, t, n, vectors) }))
	}
	table(f, w, t, "Edges", "[maxVectors + 1][maxRows + 1]edgeFn", rows...)
}

// byRows lists kernels for 1…n rows, none for 0.
func byRows(n int, write func(rows int) string) string {
	names := []string{"nil"}
	for rows := 1; rows <= n; rows++ {
		names = append(names, write(rows))
	}
	return "{" + strings.Join(names, ", ") + "}"
}

// table writes a variable of one line of kernels, or of several.
func table(f *asm.File, w width, t word, what, kind string, lines ...string) {
	value := lines[0]
	if len(lines) > 1 {
		value = "{\n" + strings.Join(lines, ",\n") + ",\n}"
	}
	f.Go("\nvar %s%s%s = %s%s\n", w.set, t.name, what, kind, value)
}
