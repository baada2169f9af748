package main

import "joulemark/runners/internal/asm"

// quantisation prints what surrounds products of int8.
func (g *gen) quantisation() {
	g.begin("absMax", "is the largest magnitude, NaN if one is NaN: as integers those are above infinity.",
		asm.Args("x unsafe.Pointer", "n int"), "float32", "magnitude")
	g.args("x", "SI", "n", "CX")
	g.zero(8, 9, 10, 11)
	g.each(4, false, func(u int, tail bool) {
		g.load(g, g.operand("SI", 4, u), u, tail)
		g.on("VANDPS", g.k("magnitude"), u, u)
		g.op("VPMAXSD", u, 8+u, 8+u)
	})
	g.total("VPMAXSD", 8, 9, 10, 11)

	g.begin("quantize", "is dst = round(x * inverse) + 128 in 1...255, 1 for NaN.",
		asm.Args("dst unsafe.Pointer", "x unsafe.Pointer", "n int", "inverse float32"), "", "byteLow", "byteHigh", "byteZero")
	g.args("dst", "DI", "x", "SI", "n", "CX")
	g.P("VBROADCASTSS %s, %s", g.Arg("inverse"), g.r(8))
	g.each(4, true, func(u int, tail bool) {
		g.load(g, g.operand("SI", 4, u), u, tail)
		g.op("VMULPS", 8, u, u)
		g.on("VMAXPS", g.k("byteLow"), u, u) // NaN becomes the bound, Intel's second operand
		g.on("VMINPS", g.k("byteHigh"), u, u)
		g.op("VCVTPS2DQ", u, u)
		g.on("VPADDD", g.k("byteZero"), u, u)
		g.storeBytes(g, u, 4+u, g.operand("DI", 1, u), tail)
	})
	g.end()

	g.begin("dequantize", "is dst = sums * scale * columns.",
		asm.Args("dst unsafe.Pointer", "sums unsafe.Pointer", "columns unsafe.Pointer", "n int", "scale float32"), "")
	g.args("dst", "DI", "sums", "SI", "columns", "R8", "n", "CX")
	g.P("VBROADCASTSS %s, %s", g.Arg("scale"), g.r(8))
	g.each(4, false, func(u int, tail bool) {
		g.load(g, g.operand("SI", 4, u), u, tail)
		g.load(g, g.operand("R8", 4, u), 4+u, tail)
		g.op("VCVTDQ2PS", u, u)
		g.op("VMULPS", 8, u, u)
		g.op("VMULPS", 4+u, u, u)
		g.store(g, u, g.operand("DI", 4, u), tail)
	})
	g.end()
}
