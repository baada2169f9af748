package main

import (
	"fmt"

	"joulemark/runners/internal/asm"
)

var narrowConstants = []string{"bit", "half", "quiet"}

// narrow makes the bf16 of x in the low half of each lane of x+2, with x+1 and x+3
// as helpers: half a bf16 less one bit is added, and the bit where x ends, so that a
// half goes to even. A carry would make infinity of some NaN: those are cut and
// made quiet.
func (g *gen) narrow(x int) {
	cut, sum := x+1, x+2
	g.on("VPSRLD", "$16", x, cut)
	g.on("VANDPS", g.k("bit"), cut, sum)
	g.op("VPADDD", x, sum, sum)
	g.on("VPADDD", g.k("half"), sum, sum)
	g.on("VPSRLD", "$16", sum, sum)
	g.on("VORPS", g.k("quiet"), cut, cut)
	g.orNaN(g, x, cut, sum, x+3)
}

func (g *gen) conversions() {
	g.begin("toBF16", "narrows fp32 to the nearest bf16, ties to even.", asm.Args("dst unsafe.Pointer", "src unsafe.Pointer", "n int"), "", narrowConstants...)
	g.args("dst", "DI", "src", "SI", "n", "CX")
	g.each(2, true, func(u int, tail bool) {
		g.load(g, g.operand("SI", 4, u), 4*u, tail)
		g.narrow(4 * u)
		g.storeBF16(g, 4*u+2, 4*u+1, g.operand("DI", 2, u), tail)
	})
	g.end()

	g.begin("fromBF16", "widens bf16 to fp32.", asm.Args("dst unsafe.Pointer", "src unsafe.Pointer", "n int"), "")
	g.args("dst", "DI", "src", "SI", "n", "CX")
	g.each(4, true, func(u int, tail bool) {
		g.loadBF16(g, g.operand("SI", 2, u), u, tail)
		g.store(g, u, g.operand("DI", 4, u), tail)
	})
	g.end()

	g.begin("roundBF16", "rounds fp32 to the nearest bf16, ties to even.", asm.Args("x unsafe.Pointer", "n int"), "", narrowConstants...)
	g.args("x", "DI", "n", "CX")
	g.each(2, false, func(u int, tail bool) {
		g.load(g, g.operand("DI", 4, u), 4*u, tail)
		g.narrow(4 * u)
		g.on("VPSLLD", "$16", 4*u+2, 4*u+2)
		g.store(g, 4*u+2, g.operand("DI", 4, u), tail)
	})
	g.end()
}

// halves prints the conversions of fp16, by the instructions of F16C: they round to
// nearest even whatever the mode, know denormals, and keep NaN.
func (g *gen) halves() {
	g.begin("toFP16", "narrows fp32 to the nearest fp16, ties to even.", asm.Args("dst unsafe.Pointer", "src unsafe.Pointer", "n int"), "")
	g.args("dst", "DI", "src", "SI", "n", "CX")
	g.each(4, true, func(u int, tail bool) {
		g.load(g, g.operand("SI", 4, u), u, tail)
		g.storeFP16(g, u, g.operand("DI", 2, u), tail)
	})
	g.end()

	g.begin("fromFP16", "widens fp16 to fp32.", asm.Args("dst unsafe.Pointer", "src unsafe.Pointer", "n int"), "")
	g.args("dst", "DI", "src", "SI", "n", "CX")
	g.each(4, true, func(u int, tail bool) {
		g.loadFP16(g, g.operand("SI", 2, u), u, tail)
		g.store(g, u, g.operand("DI", 4, u), tail)
	})
	g.end()

	g.begin("roundFP16", "rounds fp32 to the nearest fp16, ties to even.", asm.Args("x unsafe.Pointer", "n int"), "")
	g.args("x", "DI", "n", "CX")
	g.each(4, false, func(u int, tail bool) {
		half := g.half(u)
		g.load(g, g.operand("DI", 4, u), u, tail)
		g.P("VCVTPS2PH $0, %s, %s", g.r(u), half)
		g.P("VCVTPH2PS %s, %s", half, g.r(u))
		g.store(g, u, g.operand("DI", 4, u), tail)
	})
	g.end()
}

// half is the lower half of a register.
func (g *gen) half(i int) string {
	return map[string]string{"Y": "X", "Z": "Y"}[g.letter] + fmt.Sprint(i)
}

// convert narrows by the instruction of AVX512_BF16, which rounds alike but makes zero
// of denormals: those are noted in K3, and are rare enough to do the row again. On Zen 4
// 2.05 times as fast as narrow, which took 2 % of a product of 512² (3.5 times without
// the notes; noting the least magnitude in place of classes: 1.8 times).
func (g *gen) convert() {
	g.begin("convertBF16", "narrows fp32 to the nearest bf16, ties to even, but denormals to zero: it is not 0 if there are any.", asm.Args("dst unsafe.Pointer", "src unsafe.Pointer", "n int"), "int")
	g.args("dst", "DI", "src", "SI", "n", "CX")
	g.P("KXORW K3, K3, K3")
	g.each(4, true, func(u int, tail bool) {
		g.load(g, g.operand("SI", 4, u), 2*u, tail)
		g.P("VFPCLASSPSZ $0x20, %s, K%d", g.r(2*u), 4+u)
		g.P("KORW K%d, K3, K3", 4+u)
		g.P("%s", asm.VCVTNEPS2BF16(512, 2*u, 2*u+1))
		mask := ""
		if tail {
			mask = " K1,"
		}
		g.P("VMOVDQU16 Y%d,%s %s", 2*u+1, mask, g.operand("DI", 2, u))
	})
	g.P("KMOVW K3, AX")
	g.P("MOVQ AX, %s", g.Arg("ret"))
	g.end()
}
