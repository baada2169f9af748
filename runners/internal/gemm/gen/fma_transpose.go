package main

import (
	"fmt"

	"joulemark/runners/internal/asm"
)

// transpose writes a transposeFn of 8 lanes: squares of 8 x 8 words, then the columns
// that are left over one by one. The halves of rows are brought together by loads
// (VINSERTF128), so that the only shuffles are 16 unpacks within halves.
func transpose(f *asm.File) {
	f.Func("avx2Transpose", "avx2Transpose brings 8 rows of words into columns.", asm.Args("dst unsafe.Pointer", "ldd int", "src unsafe.Pointer", "lds int", "kc int"), "")
	for _, l := range [][2]string{{"dst", "DI"}, {"ldd", "R9"}, {"src", "SI"}, {"lds", "R8"}, {"kc", "CX"}} {
		f.P("MOVQ %s, %s", f.Arg(l[0]), l[1])
	}
	f.P("LEAQ (R8)(R8*2), R13")
	f.P("LEAQ (R9)(R9*2), R12")
	f.P("LEAQ (SI)(R8*4), AX") // rows 4…7
	f.P("SUBQ $8, CX")
	f.P("JLT rest")
	f.Label("square")
	square(f)
	f.P("ADDQ $32, SI")
	f.P("ADDQ $32, AX")
	f.P("LEAQ (DI)(R9*8), DI")
	f.P("SUBQ $8, CX")
	f.P("JGE square")
	f.Label("rest")
	f.P("ADDQ $8, CX")
	f.P("JZ done")
	f.Label("word")
	for row := range 8 {
		f.P("MOVL %s, DX", rowOf(row, 0))
		f.P("MOVL DX, %d(DI)", 4*row)
	}
	f.P("ADDQ $4, SI")
	f.P("ADDQ $4, AX")
	f.P("ADDQ R9, DI")
	f.P("DECQ CX")
	f.P("JNZ word")
	f.Label("done")
	f.P("VZEROUPPER")
	f.P("RET")
}

// rowOf is where a row of the source lies.
func rowOf(row, offset int) string {
	return fmt.Sprintf("%d(%s)%s", offset, []string{"SI", "AX"}[row/4], []string{"", "(R8*1)", "(R8*2)", "(R13*1)"}[row%4])
}

// square transposes 8 x 8 words: rows i and i+4 share a register, first their words
// 0…3, then 4…7, and 4 x 4 words are transposed in each half.
func square(f *asm.File) {
	for half := range 2 {
		for i := range 4 {
			f.P("VMOVUPS %s, X%d", rowOf(i, 16*half), i)
			f.P("VINSERTF128 $1, %s, Y%d, Y%d", rowOf(i+4, 16*half), i, i)
		}
		f.P("VUNPCKLPS Y1, Y0, Y4")
		f.P("VUNPCKHPS Y1, Y0, Y5")
		f.P("VUNPCKLPS Y3, Y2, Y6")
		f.P("VUNPCKHPS Y3, Y2, Y7")
		f.P("%s, R10", []string{"MOVQ DI", "LEAQ (DI)(R9*4)"}[half])
		for i, to := range []string{"(R10)", "(R10)(R9*1)", "(R10)(R9*2)", "(R10)(R12*1)"} {
			f.P("%s Y%d, Y%d, Y8", []string{"VUNPCKLPD", "VUNPCKHPD"}[i%2], 6+i/2, 4+i/2)
			f.P("VMOVUPS Y8, %s", to)
		}
	}
}
