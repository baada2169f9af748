package main

import "joulemark/runners/internal/asm"

// exp makes e^x of register x in x+2, with x+1, x+3 and x+4 as helpers; see gen.exp.
// lo is the register of a small addend of x, or -1.
func (g *neonGen) exp(x, lo int) {
	t, p, mask, q := x+1, x+2, x+3, x+4
	g.v("FCMGT.4S", x, g.kept["expLow"], mask)
	g.move(g.kept["shift"], t)
	g.s("VFMLA", g.kept["log2e"], x, t)
	g.v("FSUB.4S", g.kept["shift"], t, p)
	g.s("VFMLS", g.kept["ln2"], p, x)
	if lo >= 0 {
		g.v("FADD.4S", lo, x, x)
	}
	g.horner([]string{"exp6", "exp5", "exp4", "exp3", "exp2", "one", "one"}, x, p, q)
	g.P("VSHL $23, V%d.S4, V%d.S4", t, t)
	g.v("FMUL.4S", t, p, p)
	g.zero(q)
	g.b("VBIT", mask, q, p)
}

// horner makes a polynomial of x in p, its coefficients from the highest, of which
// there is an odd number; FMLA adds to its destination, so each step is a copy of
// the next coefficient.
func (g *neonGen) horner(coefficients []string, x, p, q int) {
	g.move(g.kept[coefficients[0]], p)
	for _, c := range coefficients[1:] {
		g.move(g.kept[c], q)
		g.s("VFMLA", p, x, q)
		p, q = q, p
	}
}

// sigmoid is x *= 1/(1+e), or e/(1+e) where x is negative. Changes e, tmp and mask.
func (g *neonGen) sigmoid(x, e, tmp, mask int) {
	g.ifNegative(x, e, g.kept["one"], tmp, mask)
	g.v("FADD.4S", g.kept["one"], e, e)
	g.v("FMUL.4S", tmp, x, x)
	g.v("FDIV.4S", e, x, x)
}

// ifNegative is dst = with where x is negative, else the other.
func (g *neonGen) ifNegative(x, with, other, dst, mask int) {
	g.zero(dst)
	g.v("FCMGT.4S", x, dst, mask)
	g.move(other, dst)
	g.b("VBIT", mask, with, dst)
}

func (g *neonGen) activations() {
	g.begin("geluTanh", "is y = 0.5 y (1 + tanh(sqrt(2/pi) (y + 0.044715 y^3))).", asm.Args("y unsafe.Pointer", "n int"), "",
		append(append([]string{}, expConstants...), "geluCubic", "geluLinear", "magnitude")...)
	g.elements(1, func() {
		z, e, x, w := 0, 2, 5, 6
		g.P("FMOVQ (R0), F%d", x)
		g.v("FMUL.4S", x, x, w)
		g.move(g.kept["geluLinear"], e)
		g.s("VFMLA", g.kept["geluCubic"], w, e) // -2z/x
		g.b("VAND", g.kept["magnitude"], x, z)
		g.v("FMUL.4S", e, z, z)
		g.exp(z, -1)
		g.sigmoid(x, e, w, z)
		g.store(x, 0)
	})

	g.begin("mulSiLU", "is y *= gate / (1 + exp(-gate)).", asm.Args("y unsafe.Pointer", "gate unsafe.Pointer", "n int"), "",
		append(append([]string{}, expConstants...), "sign")...)
	g.elements(2, func() {
		z, e, x, w := 0, 2, 5, 6
		g.load(1, x)
		g.b("VORR", g.kept["sign"], x, z)
		g.exp(z, -1)
		g.sigmoid(x, e, w, z)
		g.P("FMOVQ (R0), F%d", w)
		g.v("FMUL.4S", w, x, x)
		g.store(x, 0)
	})
	g.geluErf()
}

func (g *neonGen) geluErf() {
	terms := []string{"tail9", "tail8", "tail7", "tail6", "tail5", "tail4", "tail3", "tail2", "tail1"}
	names := append(append(append([]string{}, expConstants...), "magnitude", "minusHalf", "tailScale"), terms...)
	g.begin("geluErf", "is y = 0.5 y (1 + erf(y / sqrt 2)).", asm.Args("y unsafe.Pointer", "n int"), "", names...)
	g.elements(1, func() {
		z, e, x, w := 0, 2, 5, 6
		t, p, q := 7, 8, 1
		g.P("FMOVQ (R0), F%d", x)
		g.v("FMUL.4S", g.kept["minusHalf"], x, e)
		g.v("FMUL.4S", x, e, z)
		g.v("FNEG.4S", z, w)
		g.s("VFMLA", x, e, w) // what z lost
		g.exp(z, w)
		g.b("VAND", g.kept["magnitude"], x, w)
		g.move(g.kept["one"], t)
		g.s("VFMLA", g.kept["tailScale"], w, t)
		g.v("FDIV.4S", t, g.kept["one"], t)
		g.horner(terms, t, p, q)
		g.v("FMUL.4S", t, p, p)
		g.v("FMUL.4S", e, p, p) // the tail above |x|
		g.v("FSUB.4S", p, g.kept["one"], q)
		g.ifNegative(x, p, q, w, z)
		g.v("FMUL.4S", w, x, x)
		g.store(x, 0)
	})
}

func (g *neonGen) softmax() {
	g.begin("max", "is the largest of x, -Inf for none; it passes over NaN.", asm.Args("x unsafe.Pointer", "n int"), "float32", "negInf")
	g.move(g.kept["negInf"], 1)
	g.each(1, "loop", func() {
		g.load(0, 0)
		g.v("FCMGT.4S", 1, 0, 2)
		g.b("VBIT", 2, 0, 1)
	})
	g.v("FMAXV.S", 1, 1)
	g.P("FMOVS F1, %s", g.Arg("ret"))
	g.P("RET")

	args := asm.Args("x unsafe.Pointer", "n int", "scale float32", "top float32")
	names := append(append([]string{}, expConstants...), "expHigh")
	g.begin("expSum", "replaces x by exp(scale x - top) and returns the sum.", args, "float32", names...)
	g.expSum(0, 1, func(e int) { g.store(e, 0); g.v("FADD.4S", e, 8, 8) })

	g.begin("expSumBF16", "is dst = exp(scale x - top) as bf16 and returns the sum of that.", append(asm.Args("dst unsafe.Pointer"), args...), "float32",
		append(names, narrowConstants...)...)
	g.expSum(1, 2, func(e int) {
		g.move(e, 4)
		g.narrow(4)
		g.P("VSHL $16, V6.S4, V5.S4")
		g.v("FADD.4S", 5, 8, 8)
		g.storeBF16(6, 0)
		g.P("ADD $16, R1")
	})
}

// expSum prints the common part; keep gets the exponential.
func (g *neonGen) expSum(x, n int, keep func(e int)) {
	scale, top := 16, 17
	g.zero(8)
	g.v("FNEG.4S", top, top)
	g.each(n, "loop", func() {
		g.P("FMOVQ (R%d), F1", x)
		g.move(top, 0)
		g.s("VFMLA", scale, 1, 0)
		g.v("FMIN.4S", g.kept["expHigh"], 0, 0)
		g.exp(0, -1)
		keep(2)
	})
	g.total(8)
}
