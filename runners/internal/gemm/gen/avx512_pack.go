package main

import (
	"fmt"

	"joulemark/runners/internal/asm"
)

// A packer512 brings one word of K of one panel, 256 bytes or 128, from R10 (row i of a
// group at R10 + i*R8) to R11. load is a load into a register, masked at the edge:
// vector is which of the panel's vectors of source bytes it is.
type packer512 struct {
	name    string
	group   int
	bytes   int // of a word of K of a panel
	sources int // vectors of source bytes in a row of a panel
	prepare func(f *asm.File)
	word    func(f *asm.File, load func(row, vector, to int))
}

// packers512 writes the packers: one for panels that are full and one for the edge,
// whose loads are masked.
func packers512(f *asm.File) {
	for _, p := range []packer512{
		{"pack1", 1, 256, 4, nothing512, copyWord512(4)},
		{"pack2", 2, 256, 2, pairIndices512, pairWord512(2)},
		{"pack4", 4, 256, 1, nothing512, quadWord512},
		{"pack1Narrow", 1, 128, 2, nothing512, copyWord512(2)},
		{"pack2Narrow", 2, 128, 1, pairIndices512, pairWord512(1)},
	} {
		p.full(f)
		p.edge(f, p.name+"EdgeAVX512", map[int]int{1: 16, 2: 32, 4: 64}[p.group])
		if p.name == "pack1" {
			p.edge(f, p.name+"EdgeF64AVX512", 8)
		}
	}
}

// full goes over whole rows of B, which the hardware's prefetcher follows, and deals
// them out to the panels. It runs at the memory's rate: prefetching 2…32 rows ahead,
// with or without a place in the caches, made no difference; nor did packing in the
// first row of tiles (+0.8 % at n=512, -1 % at 2048).
func (p packer512) full(f *asm.File) {
	f.Func(p.name+"AVX512", fmt.Sprintf("packs whole panels of %d bytes a word of K (see packFn).", p.bytes), asm.Args("dst unsafe.Pointer", "src unsafe.Pointer", "ldb int", "kc int", "np int", "panelStride int"), "")
	p.enter(f)
	f.P("MOVQ %s, R9", f.Arg("np"))
	f.P("MOVQ %s, R12", f.Arg("panelStride"))
	p.prepare(f)
	f.Label("word")
	f.P("MOVQ SI, R10")
	f.P("MOVQ DI, R11")
	f.P("MOVQ R9, BX")
	f.Label("panel")
	p.word(f, func(row, vector, to int) { f.P("VMOVDQU64 %d%s, Z%d", vector*64, rowOfB512(row), to) })
	f.P("ADDQ $%d, R10", p.sources*64)
	f.P("ADDQ R12, R11")
	f.P("DECQ BX")
	f.P("JNZ panel")
	p.leave(f)
}

// edge packs one panel of fewer columns: K1… mask the vectors of source, by lanes.
func (p packer512) edge(f *asm.File, name string, lanes int) {
	move := map[int]string{8: "VMOVDQU64", 16: "VMOVDQU32", 32: "VMOVDQU16", 64: "VMOVDQU8"}[lanes]
	f.Func(name, "packs a panel that is not full (see packEdgeFn).", asm.Args("dst unsafe.Pointer", "src unsafe.Pointer", "ldb int", "kc int", "cols int"), "")
	p.enter(f)
	f.P("MOVQ %s, R9", f.Arg("cols"))
	f.P("MOVQ $-1, R10")
	f.P("XORQ R12, R12")
	for v := range p.sources {
		f.P("CMPQ R9, $%d", lanes)
		f.P("MOVQ $%d, R11", lanes)
		f.P("CMOVQLT R9, R11")
		f.P("BZHIQ R11, R10, R11")
		f.P("KMOVQ R11, K%d", v+1)
		f.P("SUBQ $%d, R9", lanes)
		f.P("CMOVQLT R12, R9")
	}
	p.prepare(f)
	f.Label("word")
	f.P("MOVQ SI, R10")
	f.P("MOVQ DI, R11")
	p.word(f, func(row, vector, to int) {
		f.P("%s.Z %d%s, K%d, Z%d", move, vector*64, rowOfB512(row), vector+1, to)
	})
	p.leave(f)
}

// enter loads what both have; AX is three rows.
func (p packer512) enter(f *asm.File) {
	for _, r := range [][2]string{{"dst", "DI"}, {"src", "SI"}, {"ldb", "R8"}, {"kc", "CX"}} {
		f.P("MOVQ %s, %s", f.Arg(r[0]), r[1])
	}
	f.P("LEAQ (R8)(R8*2), AX")
	f.P("MOVQ R8, R13")
	if p.group > 1 {
		f.P("SHLQ $%d, R13", p.group/2)
	}
}

// leave goes on to the next word of K.
func (p packer512) leave(f *asm.File) {
	f.P("ADDQ R13, SI")
	f.P("ADDQ $%d, DI", p.bytes)
	f.P("DECQ CX")
	f.P("JNZ word")
	f.P("VZEROUPPER")
	f.P("RET")
}

func rowOfB512(i int) string {
	return []string{"(R10)", "(R10)(R8*1)", "(R10)(R8*2)", "(R10)(AX*1)"}[i]
}

func nothing512(*asm.File) {}

func store512(f *asm.File, registers ...int) {
	for j, r := range registers {
		f.P("VMOVDQU64 Z%d, %d(R11)", r, j*64)
	}
}

// copyWord512 is for so many vectors.
func copyWord512(vectors int) func(*asm.File, func(row, vector, to int)) {
	return func(f *asm.File, load func(row, vector, to int)) {
		registers := []int{0, 1, 2, 3}[:vectors]
		for _, j := range registers {
			load(0, j, j)
		}
		store512(f, registers...)
	}
}

// pairIndices512 puts the indices of VPERMT2W into Z30 and Z31: elements 0…15 (16…31)
// of two rows in turn.
func pairIndices512(f *asm.File) {
	f.P("VMOVDQU64 pairs512<>+0(SB), Z30")
	f.P("VMOVDQU64 pairs512<>+64(SB), Z31")
}

// pairWord512 is for so many vectors of source.
func pairWord512(sources int) func(*asm.File, func(row, vector, to int)) {
	return func(f *asm.File, load func(row, vector, to int)) {
		for v := range sources {
			load(0, v, 3*v)
			load(1, v, 3*v+2)
			f.P("VMOVDQA64 Z%d, Z%d", 3*v, 3*v+1)
			f.P("VPERMT2W Z%d, Z30, Z%d", 3*v+2, 3*v)
			f.P("VPERMT2W Z%d, Z31, Z%d", 3*v+2, 3*v+1)
		}
		store512(f, []int{0, 1, 3, 4}[:2*sources]...)
	}
}

// quadWord512 gathers the bytes of four rows. Unpacking works within quarters of a
// vector, so that quarter q of Z8+i has columns 16q+4i…16q+4i+3: the quarters are
// transposed after it.
func quadWord512(f *asm.File, load func(row, vector, to int)) {
	for r := range 4 {
		load(r, 0, r)
	}
	for i, half := range []string{"L", "H"} {
		f.P("VPUNPCK%sBW Z1, Z0, Z%d", half, 4+i)
		f.P("VPUNPCK%sBW Z3, Z2, Z%d", half, 6+i)
	}
	for i := range 4 {
		f.P("VPUNPCK%sWD Z%d, Z%d, Z%d", []string{"L", "H"}[i%2], 6+i/2, 4+i/2, 8+i)
	}
	quarters512(f, [4]int{8, 9, 10, 11}, [4]int{16, 17, 18, 19}, [4]int{0, 1, 2, 3})
	store512(f, 0, 1, 2, 3)
}

// quarters512 transposes the quarters of four vectors: to[q] is quarter q of each.
func quarters512(f *asm.File, from, spare, to [4]int) {
	for i := range 2 {
		f.P("VSHUFI32X4 $0x88, Z%d, Z%d, Z%d", from[2*i+1], from[2*i], spare[i])
		f.P("VSHUFI32X4 $0xdd, Z%d, Z%d, Z%d", from[2*i+1], from[2*i], spare[2+i])
	}
	for i := range 2 {
		f.P("VSHUFI32X4 $0x88, Z%d, Z%d, Z%d", spare[2*i+1], spare[2*i], to[i])
		f.P("VSHUFI32X4 $0xdd, Z%d, Z%d, Z%d", spare[2*i+1], spare[2*i], to[i+2])
	}
}
