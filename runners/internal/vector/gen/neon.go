package main

import (
	"fmt"

	"joulemark/runners/internal/asm"
)

// The operations for arm64 take multiples of four elements and leave tails to plain
// Go, which needs no store by lanes. The arithmetic is that of the other machines:
// exp.go, activation.go and narrow.go say why. No speed of an arm64 was measured: one
// vector a round and few sums were chosen for their short text.

// neonGen prints functions for NEON. Constants are registers from 31 down.
type neonGen struct {
	*asm.File
	kept map[string]int
}

// neon prints the file of arm64.
func neon() *asm.File {
	g := &neonGen{File: &asm.File{Package: "vector", Name: "neon_arm64"}}
	g.narrowing()
	g.halves()
	g.simple()
	g.activations()
	g.norms()
	g.softmax()
	g.quantisation()
	g.attend()
	g.Go("\n// kernelsNEON are all of the above. Queries are gone over one by one.\nvar kernelsNEON = kernels{\n\tgroup: 4, narrowGroup: 4, keys: 4,\n")
	for _, k := range []string{"toBF16", "fromBF16", "roundBF16", "toFP16", "fromFP16", "roundFP16", "geluTanh", "geluErf", "add", "addBF16", "mulSiLU", "scale", "rotate",
		"max", "absMax", "expSum", "expSumBF16", "quantize", "dequantize", "sum", "squares", "center", "stretch", "dot", "dotBF16"} {
		g.Go("\t%s: %sNEON,\n", k, k)
	}
	for _, k := range []string{"scores", "scoresBF16", "gather", "gatherBF16"} {
		g.Go("\t%s: []%sFn{%sNEON},\n", k, k[:6], k)
	}
	g.Go("\tcolumns: []int{1 << 20}, // values pass by once, four at a time, whatever the row\n}\n")
	return g.File
}

// begin starts a function: pointers and counts into R0 and on, floats into all lanes
// of V16 and on, constants into registers from V31 down.
func (g *neonGen) begin(name, comment string, args []asm.Arg, ret string, names ...string) {
	g.Func(name+"NEON", name+"NEON "+comment, args, ret)
	word, float := 0, 16
	for _, a := range args {
		if a.Type == "float32" {
			g.P("FMOVS %s, F%d", g.Arg(a.Name), float)
			g.P("VDUP V%d.S[0], V%d.S4", float, float)
			float++
			continue
		}
		g.P("MOVD %s, R%d", g.Arg(a.Name), word)
		word++
	}
	g.kept = map[string]int{}
	for i, c := range names {
		g.kept[c] = 31 - i
		g.P("MOVD $0x%08x, R20 // %s", constants[constantAt(c)].bits, c)
		g.P("VDUP R20, V%d.S4", 31-i)
	}
}

// v prints an instruction that Go's assembler lacks; b one that it has, on bits.
func (g *neonGen) v(op string, registers ...int) { g.P("%s", asm.V(op, registers...)) }

func (g *neonGen) b(op string, registers ...int) { g.arranged(op, "B16", registers) }

func (g *neonGen) s(op string, registers ...int) { g.arranged(op, "S4", registers) }

func (g *neonGen) arranged(op, arrangement string, registers []int) {
	text := ""
	for i, r := range registers {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("V%d.%s", r, arrangement)
	}
	g.P("%s %s", op, text)
}

func (g *neonGen) move(from, to int) { g.b("VMOV", from, to) }

// load and store pass over 16 bytes of an array, the narrow ones over 8 of bf16.
func (g *neonGen) load(pointer, dst int)  { g.P("FMOVQ.P 16(R%d), F%d", pointer, dst) }
func (g *neonGen) store(src, pointer int) { g.P("FMOVQ.P F%d, 16(R%d)", src, pointer) }

func (g *neonGen) loadBF16(pointer, dst int) {
	g.P("FMOVD.P 8(R%d), F%d", pointer, dst)
	g.v("SHLL.4S", dst, dst)
}

// each prints a loop over the count in register n, a multiple of four.
func (g *neonGen) each(n int, label string, body func()) {
	g.P("CBZ R%d, %sEnd", n, label)
	g.Label(label)
	body()
	g.P("SUBS $4, R%d", n)
	g.P("BNE %s", label)
	g.Label(label + "End")
}

// elements prints a loop over everything and ends the function.
func (g *neonGen) elements(n int, body func()) {
	g.each(n, "loop", body)
	g.P("RET")
}

// total adds the lanes of a register, returns that and ends the function.
func (g *neonGen) total(sum int) {
	g.v("FADDP.4S", sum, sum, sum)
	g.v("FADDP.S", sum, sum)
	g.P("FMOVS F%d, %s", sum, g.Arg("ret"))
	g.P("RET")
}

func (g *neonGen) zero(registers ...int) {
	for _, r := range registers {
		g.b("VEOR", r, r, r)
	}
}
