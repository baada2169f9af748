package main

import (
	"fmt"

	"joulemark/runners/internal/asm"
)

// A machine is what differs between vectors of 64 and of 32 bytes.
type machine struct {
	name        string // what functions and files of it end in: AVX512
	file        string
	letter      string // of a vector register
	bytes       int
	group       int // see kernels in package vector
	narrowGroup int // tails of narrow operands are left to the caller if above 1
	constants   int // registers from 31 down for the first constants of a function; others are operands in memory
	queries     int // that share a tile of scores at most, as a shift

	load        func(g *gen, memory string, dst int, tail bool) // 4-byte lanes; zeros beyond the tail
	store       func(g *gen, src int, memory string, tail bool)
	loadBF16    func(g *gen, memory string, dst int, tail bool) // as fp32
	storeBF16   func(g *gen, src, tmp int, memory string, tail bool)
	loadFP16    func(g *gen, memory string, dst int, tail bool) // as fp32
	storeFP16   func(g *gen, src int, memory string, tail bool)
	storeBytes  func(g *gen, src, tmp int, memory string, tail bool) // lanes are 0…255
	tailMask    func(g *gen)                                         // for lanes below CX; changes CX and DX
	fillTail    func(g *gen, with, dst int)                          // lanes beyond the tail become those of with
	clearTail   func(g *gen, dst int)                                // or zeros
	zeroBelow   func(g *gen, low string, x, mask int)                // notes which lanes of x are below
	mulNotBelow func(g *gen, a, dst, mask int)                       // dst *= a, 0 where noted
	// ifNegative is dst = one where the sign bit of sign is not set, else with; dst is
	// neither of them.
	ifNegative func(g *gen, sign int, with, one, dst int)
	orNaN      func(g *gen, x, nan, dst, tmp int) // dst = nan where x is NaN
	fold       func(g *gen, op string, x, tmp int)
	dots       func(g *gen, accs []int, tmp int) int // one lane for the sum of each; gives the register
	spread     func(g *gen, src, tmp, pieces int, to func(piece int) string)
}

// gen prints functions for one machine.
type gen struct {
	*asm.File
	*machine
	kept map[string]int // register of a constant
}

// lanes is how many fp32 a vector holds.
func (m *machine) lanes() int { return m.bytes / 4 }

// r is a vector register.
func (g *gen) r(i int) string { return fmt.Sprintf("%s%d", g.letter, i) }

// op prints an instruction on registers by their numbers, which Go writes in the
// order opposite to Intel's.
func (g *gen) op(name string, registers ...int) { g.on(name, "", registers...) }

// on is op with a first operand that is a constant or memory.
func (g *gen) on(name, first string, registers ...int) {
	text := first
	for i, r := range registers {
		if i > 0 || first != "" {
			text += ", "
		}
		text += g.r(r)
	}
	g.P("%s %s", name, text)
}

// begin starts a function and loads the constants it names into registers, as far as
// there are any.
func (g *gen) begin(name, comment string, args []asm.Arg, ret string, names ...string) {
	g.Func(name+g.name, name+g.name+" "+comment, args, ret)
	g.kept = map[string]int{}
	for i, c := range names[:min(len(names), g.constants)] {
		g.kept[c] = 31 - i
		g.broadcastConstant(c, 31-i)
	}
}

func (g *gen) end() {
	g.P("VZEROUPPER")
	g.P("RET")
}

// args brings pointers and counts into general registers.
func (g *gen) args(pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		g.P("MOVQ %s, %s", g.Arg(pairs[i]), pairs[i+1])
	}
}

// k is a constant as the first operand.
func (g *gen) k(name string) string {
	if r, ok := g.kept[name]; ok {
		return g.r(r)
	}
	return fmt.Sprintf("constants<>+%d(SB)", constantAt(name)*g.bytes)
}

func (g *gen) broadcastConstant(name string, dst int) {
	g.P("VBROADCASTSS constants<>+%d(SB), %s", constantAt(name)*g.bytes, g.r(dst))
}

// move copies a constant into a register.
func (g *gen) move(name string, dst int) { g.on("VMOVUPS", g.k(name), dst) }

func (g *gen) zero(registers ...int) {
	for _, r := range registers {
		g.op("VXORPS", r, r, r)
	}
}
