// Command gen writes the kernels of every instruction set as Go assembly, with their
// declarations. Run it by go generate in the folder of package gemm; with -check it
// only says whether the files are what it would write.
package main

import (
	"slices"

	"joulemark/runners/internal/asm"
)

func main() {
	asm.Main(slices.Concat(avx2(), []*asm.File{avx512(), sweeps()}, neon())...)
}
