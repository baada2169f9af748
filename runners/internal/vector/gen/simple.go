package main

import "joulemark/runners/internal/asm"

// simple prints what has no arithmetic to speak of.
func (g *gen) simple() {
	g.begin("add", "is y += x.", asm.Args("y unsafe.Pointer", "x unsafe.Pointer", "n int"), "")
	g.sums(4, false, g.load)

	g.begin("addBF16", "is y += x.", asm.Args("y unsafe.Pointer", "x unsafe.Pointer", "n int"), "")
	g.sums(2, true, g.loadBF16)

	g.begin("scale", "is y *= s.", asm.Args("y unsafe.Pointer", "n int", "s float32"), "")
	g.args("y", "DI", "n", "CX")
	g.P("VBROADCASTSS %s, %s", g.Arg("s"), g.r(8))
	g.each(4, false, func(u int, tail bool) {
		g.load(g, g.operand("DI", 4, u), u, tail)
		g.op("VMULPS", 8, u, u)
		g.store(g, u, g.operand("DI", 4, u), tail)
	})
	g.end()

	g.begin("rotate", "is low, high = low cos - high sin, low sin + high cos.",
		asm.Args("low unsafe.Pointer", "high unsafe.Pointer", "cos unsafe.Pointer", "sin unsafe.Pointer", "n int"), "")
	g.args("low", "DI", "high", "SI", "cos", "R8", "sin", "R9", "n", "CX")
	g.each(2, false, func(u int, tail bool) {
		low, high, cos, sin, a, b := 6*u, 6*u+1, 6*u+2, 6*u+3, 6*u+4, 6*u+5
		for i, base := range []string{"DI", "SI", "R8", "R9"} {
			g.load(g, g.operand(base, 4, u), low+i, tail)
		}
		g.op("VMULPS", high, sin, a)
		g.op("VMULPS", high, cos, b)
		g.op("VFMSUB231PS", low, cos, a)
		g.op("VFMADD231PS", low, sin, b)
		g.store(g, a, g.operand("DI", 4, u), tail)
		g.store(g, b, g.operand("SI", 4, u), tail)
	})
	g.end()
}

func (g *gen) sums(size int, narrow bool, load func(g *gen, memory string, dst int, tail bool)) {
	g.args("y", "DI", "x", "SI", "n", "CX")
	g.each(4, narrow, func(u int, tail bool) {
		load(g, g.operand("SI", size, u), u, tail)
		g.load(g, g.operand("DI", 4, u), 4+u, tail)
		g.op("VADDPS", 4+u, u, u)
		g.store(g, u, g.operand("DI", 4, u), tail)
	})
	g.end()
}
