package main

import (
	"fmt"
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
	var all strings.Builder
	for lines := range 3 {
		names := []string{"nil"}
		for rows := 1; rows <= w.rows; rows++ {
			names = append(names, tile(f, w, t, rows, lines))
		}
		fmt.Fprintf(&all, "{%s},\n", strings.Join(names, ", "))
	}
	f.Go("\nvar %s%sTiles = [3][maxRows + 1]tileFn{\n%s}\n", w.set, t.name, all.String())
	all.Reset()
	if w.vex && t.maskedB && t.bytes == 4 { // fp32 alone gains by it, see ../down.go
		for rows := 1; rows <= w.rows; rows++ {
			fmt.Fprintf(&all, ", %s", downTile(f, w, t, rows))
		}
		f.Go("\nvar %s%sDown = [maxRows + 1]tileFn{nil%s}\n", w.set, t.name, all.String())
		all.Reset()
	}
	for vectors := 1; vectors <= w.vectors; vectors++ {
		names := []string{"nil"}
		for rows := 1; rows <= w.rows; rows++ {
			names = append(names, edge(f, w, t, rows, vectors))
		}
		fmt.Fprintf(&all, "{%s},\n", strings.Join(names, ", "))
	}
	f.Go("\nvar %s%sEdges = [maxVectors + 1][maxRows + 1]edgeFn{\n{},\n%s}\n", w.set, t.name, all.String())
}
