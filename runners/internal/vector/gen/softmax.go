package main

import "joulemark/runners/internal/asm"

func (g *gen) softmax() {
	g.largest()
	sum := []int{8, 9}

	g.expSum("expSum", "replaces x by exp(scale x - top) and returns the sum.", false, func(u, x, e int, tail bool) {
		if tail {
			g.clearTail(g, e)
		}
		g.op("VADDPS", e, sum[u], sum[u])
		g.store(g, e, g.operand("SI", 4, u), tail)
	})
	g.expSum("expSumBF16", "is dst = exp(scale x - top) as bf16 and returns the sum of that.", true, func(u, x, e int, tail bool) {
		g.op("VMOVAPS", e, x)
		g.narrow(x)
		g.on("VPSLLD", "$16", x+2, x)
		if tail {
			g.clearTail(g, x)
		}
		g.op("VADDPS", x, sum[u], sum[u])
		g.storeBF16(g, x+2, x+1, g.operand("DI", 2, u), tail)
	})
}

// expSum prints the common part; finish gets the exponential in register e and is
// to store it and add it to a sum. x and what follows to x+3 are free.
//
// The bound above: Intel's minimum gives its second operand where one is NaN, which
// must be x; Go writes that one first.
func (g *gen) expSum(name, comment string, narrow bool, finish func(u, x, e int, tail bool)) {
	args, constants := asm.Args("x unsafe.Pointer", "n int", "scale float32", "top float32"), expConstants
	if narrow {
		args = append(asm.Args("dst unsafe.Pointer"), args...)
		constants = append(append([]string{}, expConstants...), narrowConstants...)
	}
	scale, top, high := 10, 11, 12
	g.begin(name, comment, args, "float32", constants...)
	if narrow {
		g.args("dst", "DI")
	}
	g.args("x", "SI", "n", "CX")
	g.P("VBROADCASTSS %s, %s", g.Arg("scale"), g.r(scale))
	g.P("VBROADCASTSS %s, %s", g.Arg("top"), g.r(top))
	g.broadcastConstant("expHigh", high)
	g.zero(8, 9)
	g.each(2, narrow, func(u int, tail bool) {
		x := 4 * u
		g.load(g, g.operand("SI", 4, u), x, tail)
		g.op("VFMSUB213PS", top, scale, x)
		g.op("VMINPS", x, high, x)
		g.exp(x, -1)
		finish(u, x, x+2, tail)
	})
	g.total("VADDPS", 8, 9)
}

// largest passes over NaN: Intel's maximum then gives its second operand, which is
// the maximum so far and which Go writes first.
func (g *gen) largest() {
	g.begin("max", "is the largest of x, -Inf for none.", asm.Args("x unsafe.Pointer", "n int"), "float32")
	g.args("x", "SI", "n", "CX")
	for i := range 5 {
		g.broadcastConstant("negInf", 8+i)
	}
	g.each(4, false, func(u int, tail bool) {
		g.load(g, g.operand("SI", 4, u), u, tail)
		if tail {
			g.fillTail(g, 12, u)
		}
		g.op("VMAXPS", 8+u, u, 8+u)
	})
	g.total("VMAXPS", 8, 9, 10, 11)
}
