// Command gen writes the row operations in assembly: one description of each
// operation for all widths of x86, printed once with the registers and tails of
// AVX-512 and once with those of AVX2.
package main

import "joulemark/runners/internal/asm"

func main() {
	asm.Main(x86(avx512), x86(avx2), neon())
}
