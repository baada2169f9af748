package main

// expConstants are those that exp reads.
var expConstants = []string{"expLow", "shift", "log2e", "ln2", "exp6", "exp5", "exp4", "exp3", "exp2", "one"}

// exp makes e^x of register x in x+2, with x+1 and x+3 as helpers, for x below 88.03;
// 0 below -87, NaN of NaN. lo is the register of a small addend of x, or -1; x
// alone decides what is below.
//
// n = x/ln 2 is rounded to an integer by adding 1.5 x 2^23, which leaves it in the
// low bits; 127 more makes it the exponent of 2^n. r = x - n ln 2 is one FMA, whose
// error is that of ln 2 as fp32: 1.9e-9 n, 2 ulp at x = -87 and less than one above
// -36. e^r on +-0.3466 is a polynomial 1 + r + r^2 (...) of degree 6, a minimax fit by
// Remez' exchange: 3.1e-9 relative. One of degree 5 has 1.0e-7, one ulp more.
// All in all 2.5 ulp between -87 and 88, held by TestExpErrors.
// Rejected: ln 2 in two parts, one FMA more; the caller's scale and top
// have lost more by then.
func (g *gen) exp(x, lo int) {
	t, p, mask := x+1, x+2, x+3
	g.zeroBelow(g, g.k("expLow"), x, mask)
	g.move("shift", t)
	g.on("VFMADD231PS", g.k("log2e"), x, t)
	g.on("VSUBPS", g.k("shift"), t, p)
	g.on("VFNMADD231PS", g.k("ln2"), p, x)
	if lo >= 0 {
		g.op("VADDPS", lo, x, x)
	}
	g.move("exp6", p)
	for _, c := range []string{"exp5", "exp4", "exp3", "exp2", "one", "one"} {
		g.on("VFMADD213PS", g.k(c), x, p)
	}
	g.on("VPSLLD", "$23", t, t)
	g.mulNotBelow(g, t, p, mask)
}
