package main

import (
	"joulemark/runners/internal/asm"
)

// A panel is how a panelFn widens or shifts the elements of A.
type panel struct {
	name, comment string
	group         int // elements of a word
	from, to      int // bytes of an element
	block         int // elements that whole takes at a time
	begin         func(f *asm.File)
	whole, single func(f *asm.File) // from (R10) to (R11)
	zero          string            // stores an element of zeros
}

var panels = []panel{
	{"avx2PanelBF16", "avx2PanelBF16 makes fp32 of bf16.", 2, 2, 4, 8, nil, func(f *asm.File) {
		f.P("VPMOVZXWD (R10), Y0")
		f.P("VPSLLD $16, Y0, Y0")
		f.P("VMOVDQU Y0, (R11)")
	}, func(f *asm.File) {
		f.P("MOVWLZX (R10), AX")
		f.P("SHLL $16, AX")
		f.P("MOVL AX, (R11)")
	}, "MOVL $0, (R11)"},
	{"avx2PanelINT8", "avx2PanelINT8 makes 16 bits of signed bytes.", 2, 1, 2, 16, nil, func(f *asm.File) {
		f.P("VPMOVSXBW (R10), Y0")
		f.P("VMOVDQU Y0, (R11)")
	}, func(f *asm.File) {
		f.P("MOVBLSX (R10), AX")
		f.P("MOVW AX, (R11)")
	}, "MOVW $0, (R11)"},
	{"avx2PanelVNNI", "avx2PanelVNNI adds 128 to signed bytes, which makes them unsigned.", 4, 1, 1, 32, func(f *asm.File) {
		f.P("VPBROADCASTD sign<>(SB), Y1")
	}, func(f *asm.File) {
		f.P("VPXOR (R10), Y1, Y0")
		f.P("VMOVDQU Y0, (R11)")
	}, func(f *asm.File) {
		f.P("MOVBLZX (R10), AX")
		f.P("XORL $128, AX")
		f.P("MOVB AX, (R11)")
	}, "MOVB $0, (R11)"},
	{"avx2PanelUnsignedVNNI", "avx2PanelUnsignedVNNI copies bytes that are unsigned.", 4, 1, 1, 32, nil, func(f *asm.File) {
		f.P("VMOVDQU (R10), Y0")
		f.P("VMOVDQU Y0, (R11)")
	}, func(f *asm.File) {
		f.P("MOVBLZX (R10), AX")
		f.P("MOVB AX, (R11)")
	}, "MOVB $0, (R11)"},
	{"avx2PanelUnsignedINT8", "avx2PanelUnsignedINT8 makes 16 bits of bytes less 128.", 2, 1, 2, 16, func(f *asm.File) {
		f.P("VPBROADCASTD sign<>(SB), X1")
	}, func(f *asm.File) {
		f.P("VPXOR (R10), X1, X0")
		f.P("VPMOVSXBW X0, Y0")
		f.P("VMOVDQU Y0, (R11)")
	}, func(f *asm.File) {
		f.P("MOVBLZX (R10), AX")
		f.P("SUBL $128, AX")
		f.P("MOVW AX, (R11)")
	}, "MOVW $0, (R11)"},
}

func (p panel) write(f *asm.File) {
	f.Func(p.name, p.comment, asm.Args("dst unsafe.Pointer", "ldd int", "src unsafe.Pointer", "lda int", "rows int", "k int"), "")
	for _, l := range [][2]string{{"dst", "DI"}, {"ldd", "R9"}, {"src", "SI"}, {"lda", "R8"}, {"rows", "CX"}} {
		f.P("MOVQ %s, %s", f.Arg(l[0]), l[1])
	}
	if p.begin != nil {
		p.begin(f)
	}
	f.P("TESTQ CX, CX")
	f.P("JZ done")
	f.Label("row")
	f.P("MOVQ SI, R10")
	f.P("MOVQ DI, R11")
	f.P("MOVQ %s, BX", f.Arg("k"))
	f.P("SUBQ $%d, BX", p.block)
	f.P("JLT tail")
	p.loop(f, "whole", p.whole, p.block, "JGE")
	f.Label("tail")
	f.P("ADDQ $%d, BX", p.block)
	f.P("JZ pad")
	p.loop(f, "single", p.single, 1, "JNZ")
	f.Label("pad")
	f.P("MOVQ %s, BX", f.Arg("k"))
	f.P("NEGQ BX")
	f.P("ANDQ $%d, BX", p.group-1)
	f.P("JZ next")
	p.loop(f, "zero", func(f *asm.File) { f.P("%s", p.zero) }, 1, "JNZ")
	f.Label("next")
	f.P("ADDQ R8, SI")
	f.P("ADDQ R9, DI")
	f.P("DECQ CX")
	f.P("JNZ row")
	f.Label("done")
	f.P("VZEROUPPER")
	f.P("RET")
}

// loop does body for n elements at a time while BX, less n, passes the test.
func (p panel) loop(f *asm.File, label string, body func(*asm.File), n int, test string) {
	f.Label(label)
	body(f)
	f.P("ADDQ $%d, R10", n*p.from)
	f.P("ADDQ $%d, R11", n*p.to)
	f.P("SUBQ $%d, BX", n)
	f.P("%s %s", test, label)
}
