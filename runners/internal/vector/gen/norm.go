package main

import "joulemark/runners/internal/asm"

// norms prints the passes over a row that lies in L1 after the first. Sums have four
// registers, because an addition takes four cycles.
func (g *gen) norms() {
	g.begin("sum", "is the sum of x - centre.", asm.Args("x unsafe.Pointer", "n int", "centre float32"), "float32")
	g.reduce(func(x, sum int) { g.op("VADDPS", x, sum, sum) })
	g.begin("squares", "is the sum of (x - centre)^2.", asm.Args("x unsafe.Pointer", "n int", "centre float32"), "float32")
	g.reduce(func(x, sum int) { g.op("VFMADD231PS", x, x, sum) })

	g.begin("center", "is dst = (x - mean) * inverse * gain + bias.", asm.Args("dst unsafe.Pointer", "x unsafe.Pointer",
		"gain unsafe.Pointer", "bias unsafe.Pointer", "n int", "mean float32", "inverse float32"), "")
	g.args("dst", "DI", "x", "SI", "gain", "R8", "bias", "R9", "n", "CX")
	g.P("VBROADCASTSS %s, %s", g.Arg("mean"), g.r(12))
	g.P("VBROADCASTSS %s, %s", g.Arg("inverse"), g.r(13))
	g.each(4, false, func(u int, tail bool) {
		x, gain, bias := 3*u, 3*u+1, 3*u+2
		g.load(g, g.operand("SI", 4, u), x, tail)
		g.load(g, g.operand("R8", 4, u), gain, tail)
		g.load(g, g.operand("R9", 4, u), bias, tail)
		g.op("VSUBPS", 12, x, x)
		g.op("VMULPS", 13, x, x)
		g.op("VFMADD231PS", x, gain, bias)
		g.store(g, bias, g.operand("DI", 4, u), tail)
	})
	g.end()

	g.begin("stretch", "is dst = x * inverse * gain.", asm.Args("dst unsafe.Pointer", "x unsafe.Pointer",
		"gain unsafe.Pointer", "n int", "inverse float32"), "")
	g.args("dst", "DI", "x", "SI", "gain", "R8", "n", "CX")
	g.P("VBROADCASTSS %s, %s", g.Arg("inverse"), g.r(13))
	g.each(4, false, func(u int, tail bool) {
		g.load(g, g.operand("SI", 4, u), 2*u, tail)
		g.load(g, g.operand("R8", 4, u), 2*u+1, tail)
		g.op("VMULPS", 13, 2*u, 2*u)
		g.op("VMULPS", 2*u+1, 2*u, 2*u)
		g.store(g, 2*u, g.operand("DI", 4, u), tail)
	})
	g.end()
}

// reduce is a sum over x - centre, by accumulate into one of four registers.
func (g *gen) reduce(accumulate func(x, sum int)) {
	g.args("x", "SI", "n", "CX")
	g.P("VBROADCASTSS %s, %s", g.Arg("centre"), g.r(12))
	g.zero(8, 9, 10, 11)
	g.each(4, false, func(u int, tail bool) {
		g.load(g, g.operand("SI", 4, u), u, tail)
		g.op("VSUBPS", 12, u, u)
		if tail {
			g.clearTail(g, u)
		}
		accumulate(u, 8+u)
	})
	g.total("VADDPS", 8, 9, 10, 11)
}

// total folds registers into one lane, returns that and ends the function.
func (g *gen) total(op string, registers ...int) {
	for n := len(registers); n > 1; n /= 2 {
		for i := range n / 2 {
			g.op(op, registers[n/2+i], registers[i], registers[i])
		}
	}
	g.fold(g, op, registers[0], 7)
	g.P("VMOVSS X%d, %s", registers[0], g.Arg("ret"))
	g.end()
}
