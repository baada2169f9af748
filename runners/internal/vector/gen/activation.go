package main

import "joulemark/runners/internal/asm"

func (g *gen) activations() {
	g.geluTanh()
	g.geluErf()
	g.mulSiLU()
}

// The three activations are x s(x) with an s between 0 and 1. Each is made of
// e = exp(-|z|), which neither overflows nor loses digits on the negative side:
// s = 1/(1+e) above 0 and e/(1+e) below.

func (g *gen) geluTanh() {
	g.begin("geluTanh", "is y = 0.5 y (1 + tanh(sqrt(2/pi) (y + 0.044715 y^3))).", asm.Args("y unsafe.Pointer", "n int"), "",
		append(expConstants, "geluCubic", "geluLinear", "magnitude")...)
	g.args("y", "DI", "n", "CX")
	one := 12
	g.broadcastConstant("one", one)
	g.each(2, false, func(u int, tail bool) {
		z, e, x, w := 6*u, 6*u+2, 6*u+4, 6*u+5
		g.load(g, g.operand("DI", 4, u), x, tail)
		g.op("VMULPS", x, x, w)
		g.on("VMOVUPS", g.k("geluCubic"), z)
		g.on("VFMADD213PS", g.k("geluLinear"), z, w) // w = -2z/x
		g.on("VANDPS", g.k("magnitude"), x, z)
		g.op("VMULPS", w, z, z)
		g.exp(z, -1)
		g.sigmoid(x, e, one, w)
		g.store(g, x, g.operand("DI", 4, u), tail)
	})
	g.end()
}

// sigmoid is x *= 1/(1+e), or e/(1+e) where x is negative. Changes e and tmp.
func (g *gen) sigmoid(x, e, one, tmp int) {
	g.ifNegative(g, x, e, one, tmp)
	g.op("VADDPS", one, e, e)
	g.op("VMULPS", tmp, x, x)
	g.op("VDIVPS", e, x, x)
}

func (g *gen) mulSiLU() {
	g.begin("mulSiLU", "is y *= gate / (1 + exp(-gate)).", asm.Args("y unsafe.Pointer", "gate unsafe.Pointer", "n int"), "",
		append(expConstants, "sign")...)
	g.args("y", "DI", "gate", "SI", "n", "CX")
	one := 12
	g.broadcastConstant("one", one)
	g.each(2, false, func(u int, tail bool) {
		z, e, x, w := 6*u, 6*u+2, 6*u+4, 6*u+5
		g.load(g, g.operand("SI", 4, u), x, tail)
		g.on("VORPS", g.k("sign"), x, z)
		g.exp(z, -1)
		g.sigmoid(x, e, one, w)
		g.load(g, g.operand("DI", 4, u), w, tail)
		g.op("VMULPS", w, x, x)
		g.store(g, x, g.operand("DI", 4, u), tail)
	})
	g.end()
}

// geluErf is y times the normal distribution's integral below y. Its tail above a = |y|
// is exp(-a^2/2) M(a), where M falls from 0.5 like 0.4/a. M is a polynomial in
// t = 1/(1 + 11/32 a), the form of Hastings (Abramowitz & Stegun, Handbook of
// Mathematical Functions, 7.1.26, five terms with 0.47047: 1.5e-7 absolute, and no
// good digit in the tail) with nine terms fitted to relative error by Remez'
// exchange for a up to 13.2: 1.8e-8. What a^2/2 loses by rounding, 2e-6 of the result at
// a = 9, is put back into the exponent.
func (g *gen) geluErf() {
	terms := []string{"tail8", "tail7", "tail6", "tail5", "tail4", "tail3", "tail2", "tail1"}
	names := append(append(append([]string{}, expConstants...), "magnitude", "minusHalf", "tailScale", "tail9"), terms...)
	g.begin("geluErf", "is y = 0.5 y (1 + erf(y / sqrt 2)).", asm.Args("y unsafe.Pointer", "n int"), "", names...)
	g.args("y", "DI", "n", "CX")
	one := 12
	g.broadcastConstant("one", one)
	g.each(2, false, func(u int, tail bool) {
		z, help, e, x, w := 6*u, 6*u+1, 6*u+2, 6*u+4, 6*u+5
		g.load(g, g.operand("DI", 4, u), x, tail)
		g.on("VMULPS", g.k("minusHalf"), x, e)
		g.op("VMULPS", x, e, z)
		g.op("VFMSUB213PS", z, x, e) // e = -x^2/2 - z
		g.op("VMOVAPS", e, w)
		g.exp(z, w)
		g.on("VANDPS", g.k("magnitude"), x, w)
		g.on("VMOVUPS", g.k("tailScale"), z)
		g.op("VFMADD213PS", one, z, w)
		g.op("VDIVPS", w, one, w) // t
		g.on("VMOVUPS", g.k("tail9"), z)
		for _, c := range terms {
			g.on("VFMADD213PS", g.k(c), w, z)
		}
		g.op("VMULPS", w, z, z)
		g.op("VMULPS", e, z, z) // the tail above |x|
		g.op("VSUBPS", z, one, help)
		g.ifNegative(g, x, z, help, w)
		g.op("VMULPS", w, x, x)
		g.store(g, x, g.operand("DI", 4, u), tail)
	})
	g.end()
}
