package main

import "joulemark/runners/internal/asm"

func (g *neonGen) simple() {
	g.begin("add", "is y += x.", asm.Args("y unsafe.Pointer", "x unsafe.Pointer", "n int"), "")
	g.elements(2, func() { g.load(1, 0); g.addTo() })
	g.begin("addBF16", "is y += x.", asm.Args("y unsafe.Pointer", "x unsafe.Pointer", "n int"), "")
	g.elements(2, func() { g.loadBF16(1, 0); g.addTo() })

	g.begin("scale", "is y *= s.", asm.Args("y unsafe.Pointer", "n int", "s float32"), "")
	g.elements(1, func() {
		g.P("FMOVQ (R0), F0")
		g.v("FMUL.4S", 16, 0, 0)
		g.store(0, 0)
	})

	g.begin("rotate", "is low, high = low cos - high sin, low sin + high cos.",
		asm.Args("low unsafe.Pointer", "high unsafe.Pointer", "cos unsafe.Pointer", "sin unsafe.Pointer", "n int"), "")
	g.elements(4, func() {
		g.P("FMOVQ (R0), F0")
		g.P("FMOVQ (R1), F1")
		g.load(2, 2)
		g.load(3, 3)
		g.v("FMUL.4S", 2, 0, 4)
		g.v("FMUL.4S", 2, 1, 5)
		g.s("VFMLS", 3, 1, 4)
		g.s("VFMLA", 3, 0, 5)
		g.store(4, 0)
		g.store(5, 1)
	})
}

// addTo adds V0 to what R0 points to.
func (g *neonGen) addTo() {
	g.P("FMOVQ (R0), F1")
	g.v("FADD.4S", 1, 0, 0)
	g.store(0, 0)
}

// narrow makes the bf16 of x, to nearest even, in the low half of each lane of x+2,
// with x+1 and x+3 as helpers; NaN stays NaN and becomes quiet.
func (g *neonGen) narrow(x int) {
	cut, sum, number := x+1, x+2, x+3
	g.P("VUSHR $16, V%d.S4, V%d.S4", x, cut)
	g.b("VAND", g.kept["bit"], cut, sum)
	g.s("VADD", x, sum, sum)
	g.s("VADD", g.kept["half"], sum, sum)
	g.P("VUSHR $16, V%d.S4, V%d.S4", sum, sum)
	g.b("VORR", g.kept["quiet"], cut, cut)
	g.v("FCMEQ.4S", x, x, number)
	g.b("VBIF", number, cut, sum)
}

func (g *neonGen) storeBF16(src, pointer int) {
	g.v("XTN.4H", src, src)
	g.P("FMOVD.P F%d, 8(R%d)", src, pointer)
}

func (g *neonGen) narrowing() {
	g.begin("toBF16", "narrows fp32 to the nearest bf16, ties to even.", asm.Args("dst unsafe.Pointer", "src unsafe.Pointer", "n int"), "", narrowConstants...)
	g.elements(2, func() { g.load(1, 0); g.narrow(0); g.storeBF16(2, 0) })
	g.begin("fromBF16", "widens bf16 to fp32.", asm.Args("dst unsafe.Pointer", "src unsafe.Pointer", "n int"), "")
	g.elements(2, func() { g.loadBF16(1, 0); g.store(0, 0) })
	g.begin("roundBF16", "rounds fp32 to the nearest bf16, ties to even.", asm.Args("x unsafe.Pointer", "n int"), "", narrowConstants...)
	g.elements(1, func() {
		g.P("FMOVQ (R0), F0")
		g.narrow(0)
		g.P("VSHL $16, V2.S4, V2.S4")
		g.store(2, 0)
	})
}

// halves prints the conversions of fp16, which round by FPCR: Go leaves it at nearest even.
func (g *neonGen) halves() {
	g.begin("toFP16", "narrows fp32 to the nearest fp16, ties to even.", asm.Args("dst unsafe.Pointer", "src unsafe.Pointer", "n int"), "")
	g.elements(2, func() { g.load(1, 0); g.v("FCVTN.4H", 0, 0); g.P("FMOVD.P F0, 8(R0)") })
	g.begin("fromFP16", "widens fp16 to fp32.", asm.Args("dst unsafe.Pointer", "src unsafe.Pointer", "n int"), "")
	g.elements(2, func() { g.P("FMOVD.P 8(R1), F0"); g.v("FCVTL.4S", 0, 0); g.store(0, 0) })
	g.begin("roundFP16", "rounds fp32 to the nearest fp16, ties to even.", asm.Args("x unsafe.Pointer", "n int"), "")
	g.elements(1, func() {
		g.P("FMOVQ (R0), F0")
		g.v("FCVTN.4H", 0, 0)
		g.v("FCVTL.4S", 0, 0)
		g.store(0, 0)
	})
}

// norms prints the passes over a row.
func (g *neonGen) norms() {
	for _, k := range []struct{ name, comment string }{{"sum", "is the sum of x - centre."}, {"squares", "is the sum of (x - centre)^2."}} {
		g.begin(k.name, k.comment, asm.Args("x unsafe.Pointer", "n int", "centre float32"), "float32")
		g.reduce(func(x, sum int) {
			if k.name == "sum" {
				g.v("FADD.4S", x, sum, sum)
			} else {
				g.s("VFMLA", x, x, sum)
			}
		})
	}
	g.begin("center", "is dst = (x - mean) * inverse * gain + bias.", asm.Args("dst unsafe.Pointer", "x unsafe.Pointer",
		"gain unsafe.Pointer", "bias unsafe.Pointer", "n int", "mean float32", "inverse float32"), "")
	g.elements(4, func() {
		g.load(1, 0)
		g.load(2, 1)
		g.load(3, 2)
		g.v("FSUB.4S", 16, 0, 0)
		g.v("FMUL.4S", 17, 0, 0)
		g.s("VFMLA", 0, 1, 2)
		g.store(2, 0)
	})
	g.begin("stretch", "is dst = x * inverse * gain.", asm.Args("dst unsafe.Pointer", "x unsafe.Pointer",
		"gain unsafe.Pointer", "n int", "inverse float32"), "")
	g.elements(3, func() {
		g.load(1, 0)
		g.load(2, 1)
		g.v("FMUL.4S", 16, 0, 0)
		g.v("FMUL.4S", 1, 0, 0)
		g.store(0, 0)
	})
}

// reduce is a sum over x - centre in four registers: a block makes 128 additions in
// each lane (512 in one register lost a digit of LayerNorm's mean).
func (g *neonGen) reduce(accumulate func(x, sum int)) {
	step := func(u int) {
		g.load(0, u)
		g.v("FSUB.4S", 16, u, u)
		accumulate(u, 8+u)
	}
	g.zero(8, 9, 10, 11)
	g.P("SUBS $16, R1")
	g.P("BLT rest")
	g.Label("by16")
	for u := range 4 {
		step(u)
	}
	g.P("SUBS $16, R1")
	g.P("BGE by16")
	g.Label("rest")
	g.P("ADD $16, R1")
	g.each(1, "loop", func() { step(0) })
	g.v("FADD.4S", 9, 8, 8)
	g.v("FADD.4S", 11, 10, 10)
	g.v("FADD.4S", 10, 8, 8)
	g.total(8)
}

// quantisation prints what surrounds products of int8.
func (g *neonGen) quantisation() {
	g.begin("absMax", "is the largest magnitude, NaN if one is NaN: as integers those are above infinity.",
		asm.Args("x unsafe.Pointer", "n int"), "float32", "magnitude")
	g.zero(1)
	g.each(1, "loop", func() {
		g.load(0, 0)
		g.b("VAND", g.kept["magnitude"], 0, 0)
		g.s("VUMAX", 0, 1, 1)
	})
	for _, bytes := range []int{8, 4} {
		g.P("VEXT $%d, V1.B16, V1.B16, V0.B16", bytes)
		g.s("VUMAX", 0, 1, 1)
	}
	g.P("FMOVS F1, %s", g.Arg("ret"))
	g.P("RET")

	g.begin("quantize", "is dst = round(x * inverse) + 128 in 1...255, 1 for NaN.",
		asm.Args("dst unsafe.Pointer", "x unsafe.Pointer", "n int", "inverse float32"), "", "byteLow", "byteHigh", "byteZero")
	g.elements(2, func() {
		g.load(1, 0)
		g.v("FMUL.4S", 16, 0, 0)
		g.v("FMAXNM.4S", g.kept["byteLow"], 0, 0) // of NaN and a number, the number
		g.v("FMIN.4S", g.kept["byteHigh"], 0, 0)
		g.v("FCVTNS.4S", 0, 0)
		g.s("VADD", g.kept["byteZero"], 0, 0)
		g.v("XTN.4H", 0, 0)
		g.v("XTN.8B", 0, 0)
		g.P("FMOVS.P F0, 4(R0)")
	})

	g.begin("dequantize", "is dst = sums * scale * columns.",
		asm.Args("dst unsafe.Pointer", "sums unsafe.Pointer", "columns unsafe.Pointer", "n int", "scale float32"), "")
	g.elements(3, func() {
		g.load(1, 0)
		g.load(2, 1)
		g.v("SCVTF.4S", 0, 0)
		g.v("FMUL.4S", 16, 0, 0)
		g.v("FMUL.4S", 1, 0, 0)
		g.store(0, 0)
	})
}
