package main

import "joulemark/runners/internal/asm"

// panels512 writes the functions that bring rows of A into whole words.
func panels512(f *asm.File) {
	var pairs []uint32
	for i := range uint32(32) {
		pairs = append(pairs, i|(32+i)<<16)
	}
	f.Data("pairs512", pairs...)
	panel512(f, "panelBF16AVX512", "copies rows of bf16 (see panelFn).", 1, false)
	panel512(f, "panelU8AVX512", "copies rows of unsigned bytes (see panelFn).", 0, false)
	panel512(f, "panelS8AVX512", "makes signed bytes unsigned by adding 128 (see panelFn).", 0, true)
}

// panel512 copies rows of k << shift bytes and fills the last 4 bytes with zeros.
func panel512(f *asm.File, name, comment string, shift int, signed bool) {
	f.Func(name, comment, asm.Args("dst unsafe.Pointer", "ldd int", "src unsafe.Pointer", "lda int", "rows int", "k int"), "")
	for _, r := range [][2]string{{"dst", "DI"}, {"ldd", "R8"}, {"src", "SI"}, {"lda", "R9"}, {"rows", "CX"}, {"k", "R10"}} {
		f.P("MOVQ %s, %s", f.Arg(r[0]), r[1])
	}
	if shift > 0 {
		f.P("SHLQ $%d, R10", shift)
	}
	f.P("MOVQ $-1, R11")
	f.P("MOVQ R10, AX")
	f.P("ANDQ $63, AX")
	f.P("BZHIQ AX, R11, DX")
	f.P("KMOVQ DX, K1") // bytes that there are
	f.P("ADDQ $3, AX")
	f.P("ANDQ $-4, AX")
	f.P("BZHIQ AX, R11, DX")
	f.P("KMOVQ DX, K2") // bytes of whole words
	if signed {
		f.P("MOVQ $0x80808080, AX")
		f.P("VPBROADCASTD AX, Z1")
	}
	offset := func() {
		if signed {
			f.P("VPXORD Z1, Z0, Z0")
		}
	}
	f.Label("row")
	f.P("XORQ AX, AX")
	f.P("MOVQ R10, BX")
	f.P("SHRQ $6, BX")
	f.P("JZ tail")
	f.Label("loop")
	f.P("VMOVDQU64 (SI)(AX*1), Z0")
	offset()
	f.P("VMOVDQU64 Z0, (DI)(AX*1)")
	f.P("ADDQ $64, AX")
	f.P("DECQ BX")
	f.P("JNZ loop")
	f.Label("tail")
	f.P("VMOVDQU8.Z (SI)(AX*1), K1, Z0")
	offset()
	f.P("VMOVDQU8 Z0, K2, (DI)(AX*1)")
	f.P("ADDQ R9, SI")
	f.P("ADDQ R8, DI")
	f.P("DECQ CX")
	f.P("JNZ row")
	f.P("VZEROUPPER")
	f.P("RET")
}
