package main

import (
	"fmt"

	"joulemark/runners/internal/asm"
)

// A neonPack is how a panel's word of K is made: loads of so many bytes from each of
// group rows, zipped by elements of these arrangements in turn.
type neonPack struct {
	name    string
	group   int
	row     int // bytes of a row that a panel takes
	load    int // bytes, a divisor of row
	zips    []string
	comment string
}

var neonPackers = []neonPack{
	{"neonPackRows", 1, 64, 16, nil, "takes 64 bytes of a row as they are: fp32 and fp64."},
	{"neonPackBF16", 4, 32, 16, []string{"H8", "S4"}, "gathers four bf16 of each of 16 columns, for BFMMLA."},
	{"neonPackBF16Plain", 2, 24, 8, []string{"H8"}, "gathers pairs of bf16 of 12 columns."},
	{"neonPackINT8", 8, 16, 16, []string{"B16", "H8", "S4"}, "gathers eight bytes of each of 16 columns, for SMMLA."},
	{"neonPackINT8Dot", 4, 16, 16, []string{"B16", "H8"}, "gathers four bytes of each of 16 columns, for SDOT."},
	{"neonPackINT8Plain", 4, 16, 16, nil, "takes four rows of 16 bytes as they are."},
}

// neonPacks writes what brings A and B into the shape that the tiles want.
func neonPacks(f *asm.File) {
	for _, p := range neonPackers {
		p.write(f)
	}
	neonWiden(f)
	neonTranspose(f, "neonTranspose32", 4)
	neonTranspose(f, "neonTranspose64", 8)
}

// write writes a packFn: whole rows are read, one word of K after the other, and
// dealt to the panels.
func (p neonPack) write(f *asm.File) {
	f.Func(p.name, p.name+" is a packFn: it "+p.comment, asm.Args("dst unsafe.Pointer", "src unsafe.Pointer", "ldb int", "kc int", "np int", "panelStride int"), "")
	for i, name := range []string{"dst", "src", "ldb", "kc", "np", "panelStride"} {
		f.P("MOVD %s, R%d", f.Arg(name), i)
	}
	f.P("SUB $%d, R5", p.group*p.row) // what the stores leave of a panel's stride
	f.Label("word")
	f.P("MOVD R0, R6")
	f.P("MOVD R4, R7")
	for r := range p.group {
		f.P("MOVD R1, R%d", 8+r)
		f.P("ADD R2, R1")
	}
	f.Label("panel")
	for at := 0; at < p.row; at += p.load {
		for _, v := range p.zipped(f) {
			f.P("FMOVQ.P F%d, 16(R6)", v)
		}
	}
	f.P("ADD R5, R6")
	f.P("SUBS $1, R7")
	f.P("BNE panel")
	f.P("ADD $%d, R0", p.group*p.row)
	f.P("SUBS $1, R3")
	f.P("BNE word")
	f.P("RET")
}

// zipped loads a piece of each row and interleaves them; it gives the registers to
// store, in order.
func (p neonPack) zipped(f *asm.File) []int {
	items := make([][]int, p.group) // of registers that hold columns in order
	for r := range items {
		f.P("%s.P %d(R%d), F%d", neonMove[p.load], p.load, 8+r, r)
		items[r] = []int{r}
	}
	if p.zips == nil { // rows one after the other
		var all []int
		for _, item := range items {
			all = append(all, item...)
		}
		return all
	}
	next := p.group
	for stage, arrangement := range p.zips {
		var merged [][]int
		for i := 0; i < len(items); i += 2 {
			var both []int
			for c := range items[i] {
				for half := 1; half <= 2; half++ {
					if stage == 0 && p.load == 8 && half == 2 {
						continue
					}
					f.P("VZIP%d V%d.%s, V%d.%s, V%d.%s", half, items[i+1][c], arrangement, items[i][c], arrangement, next, arrangement)
					both, next = append(both, next), next+1
				}
			}
			merged = append(merged, both)
		}
		items = merged
	}
	return items[0]
}

// neonWiden writes the panelFn for bf16 without BFMMLA: A as fp32, so that a word is
// eight bytes.
func neonWiden(f *asm.File) {
	f.Func("neonPanelBF16Plain", "neonPanelBF16Plain is a panelFn: it widens bf16 to fp32.", asm.Args("dst unsafe.Pointer", "ldd int", "src unsafe.Pointer", "lda int", "rows int", "k int"), "")
	for i, name := range []string{"dst", "ldd", "src", "lda", "rows", "k"} {
		f.P("MOVD %s, R%d", f.Arg(name), i)
	}
	f.Label("row")
	f.P("MOVD R0, R6")
	f.P("MOVD R2, R7")
	f.P("SUBS $4, R5, R8")
	f.P("BLT rest")
	f.Label("four")
	f.P("FMOVD.P 8(R7), F0")
	f.P("%s", asm.V("SHLL.4S", 0, 0))
	f.P("FMOVQ.P F0, 16(R6)")
	f.P("SUBS $4, R8")
	f.P("BGE four")
	f.Label("rest")
	f.P("ADDS $4, R8")
	f.P("BEQ end")
	f.Label("one")
	f.P("MOVHU.P 2(R7), R9")
	f.P("LSL $16, R9")
	f.P("MOVW.P R9, 4(R6)")
	f.P("SUBS $1, R8")
	f.P("BNE one")
	f.P("TBZ $0, R5, end")
	f.P("MOVW ZR, (R6)") // the other half of the last word
	f.Label("end")
	f.P("ADD R1, R0")
	f.P("ADD R3, R2")
	f.P("SUBS $1, R4")
	f.P("BNE row")
	f.P("RET")
}

// neonTranspose writes a transposeFn for words of 4 or 8 bytes: four rows at a time,
// 16 bytes of each.
func neonTranspose(f *asm.File, name string, word int) {
	f.Func(name, fmt.Sprintf("%s is a transposeFn of words of %d bits.", name, 8*word), asm.Args("dst unsafe.Pointer", "ldd int", "src unsafe.Pointer", "lds int", "kc int"), "")
	for i, name := range []string{"dst", "ldd", "src", "lds", "kc"} {
		f.P("MOVD %s, R%d", f.Arg(name), i)
	}
	f.P("MOVD R2, R5")
	for r := range 3 {
		f.P("ADD R3, R%d, R%d", 5+r, 6+r)
	}
	f.P("SUBS $%d, R4", 16/word)
	f.P("BLT rest")
	f.Label("block")
	for r := range 4 {
		f.P("FMOVQ.P 16(R%d), F%d", 5+r, r)
	}
	if word == 8 {
		for half := 1; half <= 2; half++ {
			f.P("VTRN%d V1.D2, V0.D2, V4.D2", half)
			f.P("VTRN%d V3.D2, V2.D2, V5.D2", half)
			f.P("FSTPQ (F4, F5), (R0)")
			f.P("ADD R1, R0")
		}
	} else {
		for half := 1; half <= 2; half++ { // columns 0 and 2, then 1 and 3, of two rows
			f.P("VTRN%d V1.S4, V0.S4, V%d.S4", half, 3+half)
			f.P("VTRN%d V3.S4, V2.S4, V%d.S4", half, 5+half)
		}
		for column := range 4 {
			f.P("VTRN%d V%d.D2, V%d.D2, V0.D2", 1+column/2, 6+column%2, 4+column%2)
			f.P("FMOVQ F0, (R0)")
			f.P("ADD R1, R0")
		}
	}
	f.P("SUBS $%d, R4", 16/word)
	f.P("BGE block")
	f.Label("rest")
	f.P("ADDS $%d, R4", 16/word)
	f.P("BEQ end")
	f.Label("one")
	for r := range 4 {
		f.P("MOV%s.P %d(R%d), R9", map[int]string{4: "WU", 8: "D"}[word], word, 5+r)
		f.P("MOV%s R9, %d(R0)", map[int]string{4: "W", 8: "D"}[word], r*word)
	}
	f.P("ADD R1, R0")
	f.P("SUBS $1, R4")
	f.P("BNE one")
	f.Label("end")
	f.P("RET")
}
