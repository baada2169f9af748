package main

import (
	"fmt"

	"joulemark/runners/internal/asm"
)

// A packing is how a packFn brings group rows of B together.
type packing struct {
	name    string
	columns int // of a panel
	group   int // rows of B in a word
	element int // bytes in B
	word    int // bytes in the panel
	block   int // columns that body takes at a time
	body    func(f *asm.File, from func(row int) string, to int)
}

var packings = []packing{
	{"avx2PackLines", 64, 1, 1, 1, 64, packLine}, // both fp64 and fp32: 64 bytes of a row
	{"avx2PackBF16", 16, 2, 2, 4, 16, packHalves},
	{"avx2PackINT8", 16, 2, 1, 4, 16, packSigned},
	{"avx2PackNarrow", 16, 2, 1, 2, 16, packPairs},
	{"avx2PackVNNI", 16, 4, 1, 4, 16, packQuads},
	{"avx512PlainPackBF16", 64, 2, 2, 4, 16, packHalves},
	{"avx512PlainPackINT8", 64, 2, 1, 4, 16, packSigned},
}

// packers writes the packFns, all with ymm: they run at the memory's rate. They go
// along whole rows of B and deal them out to the panels, so that the processor's
// prefetcher follows; prefetches of ours made no difference.
func packers(name string) *asm.File {
	f := &asm.File{Package: "gemm", Name: name}
	f.Data("sign", 0x80808080)
	for _, p := range packings {
		p.write(f)
	}
	for _, p := range panels {
		p.write(f)
	}
	transpose(f)
	return f
}

func (p packing) write(f *asm.File) {
	comment := fmt.Sprintf("%s packs panels of %d columns, %d rows of B in a word.", p.name, p.columns, p.group)
	if p.group == 1 {
		comment = fmt.Sprintf("%s packs panels of %d bytes of a row, whatever the elements.", p.name, p.columns)
	}
	f.Func(p.name, comment, asm.Args("dst unsafe.Pointer", "src unsafe.Pointer", "ldb int", "kc int", "np int", "panelStride int"), "")
	for _, l := range [][2]string{{"dst", "DI"}, {"src", "SI"}, {"ldb", "R8"}, {"kc", "CX"}, {"np", "R9"}, {"panelStride", "R12"}} {
		f.P("MOVQ %s, %s", f.Arg(l[0]), l[1])
	}
	f.P("LEAQ (R8)(R8*2), R13")
	f.P("TESTQ CX, CX")
	f.P("JZ done")
	f.P("TESTQ R9, R9")
	f.P("JZ done")
	f.Label("row")
	f.P("MOVQ SI, R10")
	f.P("MOVQ DI, R11")
	f.P("MOVQ R9, BX")
	f.Label("panel")
	for at := 0; at < p.columns; at += p.block {
		p.body(f, func(row int) string {
			return fmt.Sprintf("%d%s", at*p.element, []string{"(R10)", "(R10)(R8*1)", "(R10)(R8*2)", "(R10)(R13*1)"}[row])
		}, at*p.word)
	}
	f.P("ADDQ $%d, R10", p.columns*p.element)
	f.P("ADDQ R12, R11")
	f.P("DECQ BX")
	f.P("JNZ panel")
	f.P("LEAQ (SI)(R8*%d), SI", p.group)
	f.P("ADDQ $%d, DI", p.columns*p.word)
	f.P("DECQ CX")
	f.P("JNZ row")
	f.Label("done")
	f.P("VZEROUPPER")
	f.P("RET")
}

func packLine(f *asm.File, _ func(int) string, to int) {
	f.P("VMOVUPS (R10), Y0")
	f.P("VMOVUPS 32(R10), Y1")
	f.P("VMOVUPS Y0, %d(R11)", to)
	f.P("VMOVUPS Y1, %d(R11)", to+32)
}

// packHalves brings two rows of 16 columns of 16 bits together. Unpacking works within halves
// of a register, which take columns 0-3 and 8-11, 4-7 and 12-15: the load puts them so that the
// first gives columns 0-7 and the second 8-15.
func packHalves(f *asm.File, from func(int) string, to int) {
	f.P("VPERMQ $0xD8, %s, Y0", from(0))
	f.P("VPERMQ $0xD8, %s, Y1", from(1))
	f.P("VPUNPCKLWD Y1, Y0, Y2")
	f.P("VPUNPCKHWD Y1, Y0, Y3")
	f.P("VMOVDQU Y2, %d(R11)", to)
	f.P("VMOVDQU Y3, %d(R11)", to+32)
}

// packSigned does so with bytes, which it then makes 16 bits wide.
func packSigned(f *asm.File, from func(int) string, to int) {
	unpackBytes(f, from)
	f.P("VPMOVSXBW X2, Y2")
	f.P("VPMOVSXBW X3, Y3")
	f.P("VMOVDQU Y2, %d(R11)", to)
	f.P("VMOVDQU Y3, %d(R11)", to+32)
}

// unpackBytes brings two rows of 16 bytes together, in X2 and X3.
func unpackBytes(f *asm.File, from func(int) string) {
	f.P("VMOVDQU %s, X0", from(0))
	f.P("VMOVDQU %s, X1", from(1))
	f.P("VPUNPCKLBW X1, X0, X2")
	f.P("VPUNPCKHBW X1, X0, X3")
}

// packPairs brings two rows of 16 bytes together.
func packPairs(f *asm.File, from func(int) string, to int) {
	unpackBytes(f, from)
	f.P("VMOVDQU X2, %d(R11)", to)
	f.P("VMOVDQU X3, %d(R11)", to+16)
}

// packQuads brings four rows of 16 bytes together.
func packQuads(f *asm.File, from func(int) string, to int) {
	for row := range 4 {
		f.P("VMOVDQU %s, X%d", from(row), row)
	}
	f.P("VPUNPCKLBW X1, X0, X4")
	f.P("VPUNPCKHBW X1, X0, X5")
	f.P("VPUNPCKLBW X3, X2, X6")
	f.P("VPUNPCKHBW X3, X2, X7")
	for i := range 2 {
		f.P("VPUNPCKLWD X%d, X%d, X0", 6+i, 4+i)
		f.P("VPUNPCKHWD X%d, X%d, X1", 6+i, 4+i)
		f.P("VMOVDQU X0, %d(R11)", to+32*i)
		f.P("VMOVDQU X1, %d(R11)", to+32*i+16)
	}
}
