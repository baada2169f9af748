package main

import "joulemark/runners/internal/asm"

// transpose512 writes the transposition of 16 rows of 32-bit words, 16 columns at a
// time; what is not there of the last 16 is masked and not stored.
func transpose512(f *asm.File) {
	f.Func("transposeAVX512", "brings 16 rows into columns (see transposeFn).", asm.Args("dst unsafe.Pointer", "ldd int", "src unsafe.Pointer", "lds int", "kc int"), "")
	for _, r := range [][2]string{{"dst", "DI"}, {"ldd", "R8"}, {"src", "SI"}, {"lds", "R9"}, {"kc", "CX"}} {
		f.P("MOVQ %s, %s", f.Arg(r[0]), r[1])
	}
	f.P("MOVQ $-1, R10")
	f.Label("block")
	f.P("MOVQ $16, BX")
	f.P("CMPQ CX, BX")
	f.P("CMOVQLT CX, BX")
	f.P("BZHIQ BX, R10, R11")
	f.P("KMOVW R11, K1")
	f.P("MOVQ SI, AX")
	for i := range 16 {
		f.P("VMOVDQU32.Z (AX), K1, Z%d", i)
		if i < 15 {
			f.P("ADDQ R9, AX")
		}
	}
	square512(f)
	for i := range 16 {
		f.P("VMOVDQU64 Z%d, (DI)", i)
		f.P("ADDQ R8, DI")
		if i < 15 {
			f.P("DECQ BX")
			f.P("JZ next")
		}
	}
	f.Label("next")
	f.P("ADDQ $64, SI")
	f.P("SUBQ $16, CX")
	f.P("JGT block")
	f.P("VZEROUPPER")
	f.P("RET")
}

// square512 transposes Z0…Z15, by words, then pairs, then quarters: quarter q of
// register 4g+c of the second stage is column 4q+c of rows 4g…4g+3.
func square512(f *asm.File) {
	for i := range 8 {
		f.P("VPUNPCKLDQ Z%d, Z%d, Z%d", 2*i+1, 2*i, 16+2*i)
		f.P("VPUNPCKHDQ Z%d, Z%d, Z%d", 2*i+1, 2*i, 17+2*i)
	}
	for g := range 4 {
		for half := range 2 {
			f.P("VPUNPCKLQDQ Z%d, Z%d, Z%d", 16+4*g+2+half, 16+4*g+half, 4*g+2*half)
			f.P("VPUNPCKHQDQ Z%d, Z%d, Z%d", 16+4*g+2+half, 16+4*g+half, 4*g+2*half+1)
		}
	}
	for c := range 4 {
		quarters512(f, [4]int{c, 4 + c, 8 + c, 12 + c}, [4]int{16, 17, 18, 19}, [4]int{c, 4 + c, 8 + c, 12 + c})
	}
}
