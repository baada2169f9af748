package main

// AVX2 and FMA. Tails of 4-byte elements are masks in Y15; there are none for
// narrower ones. Numbers of registers below 15 are those of AVX-512's code.
var avx2 = &machine{
	name: "AVX2", file: "avx2_amd64", letter: "Y", bytes: 32,
	group: 1, narrowGroup: 8, queries: 2,

	load: func(g *gen, memory string, dst int, tail bool) {
		if tail {
			g.P("VMASKMOVPS %s, Y15, %s", memory, g.r(dst))
			return
		}
		g.P("VMOVUPS %s, %s", memory, g.r(dst))
	},
	store: func(g *gen, src int, memory string, tail bool) {
		if tail {
			g.P("VMASKMOVPS %s, Y15, %s", g.r(src), memory)
			return
		}
		g.P("VMOVUPS %s, %s", g.r(src), memory)
	},
	loadBF16: func(g *gen, memory string, dst int, _ bool) {
		g.P("VPMOVZXWD %s, %s", memory, g.r(dst))
		g.on("VPSLLD", "$16", dst, dst)
	},
	storeBF16: func(g *gen, src, tmp int, memory string, _ bool) {
		g.P("VEXTRACTI128 $1, Y%d, X%d", src, tmp)
		g.P("VPACKUSDW X%d, X%d, X%d", tmp, src, src)
		g.P("VMOVDQU X%d, %s", src, memory)
	},
	loadFP16:  func(g *gen, memory string, dst int, _ bool) { g.P("VCVTPH2PS %s, %s", memory, g.r(dst)) },
	storeFP16: func(g *gen, src int, memory string, _ bool) { g.P("VCVTPS2PH $0, %s, %s", g.r(src), memory) },
	storeBytes: func(g *gen, src, tmp int, memory string, _ bool) {
		g.P("VEXTRACTI128 $1, Y%d, X%d", src, tmp)
		g.P("VPACKUSDW X%d, X%d, X%d", tmp, src, src)
		g.P("VPACKUSWB X%d, X%d, X%d", src, src, src)
		g.P("VMOVQ X%d, %s", src, memory)
	},
	tailMask: func(g *gen) { // masks has 8 lanes of ones, then 8 of zeros
		g.P("LEAQ masks<>+32(SB), DX")
		g.P("NEGQ CX")
		g.P("VMOVDQU (DX)(CX*4), Y15")
	},
	fillTail:  func(g *gen, with, dst int) { g.P("VBLENDVPS Y15, Y%d, Y%d, Y%d", dst, with, dst) },
	clearTail: func(g *gen, dst int) { g.P("VANDPS Y15, Y%d, Y%d", dst, dst) },
	zeroBelow: func(g *gen, low string, x, mask int) { // 0x15: not less than, or NaN
		g.P("VCMPPS $0x15, %s, %s, %s", low, g.r(x), g.r(mask))
	},
	mulNotBelow: func(g *gen, a, dst, mask int) {
		g.op("VMULPS", a, dst, dst)
		g.op("VANDPS", mask, dst, dst)
	},
	ifNegative: func(g *gen, sign int, with, one, dst int) {
		g.op("VBLENDVPS", sign, with, one, dst)
	},
	orNaN: func(g *gen, x, nan, dst, tmp int) {
		g.P("VCMPPS $3, %s, %s, %s", g.r(x), g.r(x), g.r(tmp))
		g.op("VBLENDVPS", tmp, nan, dst, dst)
	},
	fold:   foldAVX2,
	dots:   dotsAVX2,
	spread: spreadAVX2,
}

// foldAVX2 brings the lanes of Yx together in all of Xx.
func foldAVX2(g *gen, op string, x, tmp int) {
	g.P("VEXTRACTF128 $1, Y%d, X%d", x, tmp)
	g.P("%s X%d, X%d, X%d", op, tmp, x, x)
	g.P("VPERMILPS $0x4e, X%d, X%d", x, tmp)
	g.P("%s X%d, X%d, X%d", op, tmp, x, x)
	g.P("VPERMILPS $0xb1, X%d, X%d", x, tmp)
	g.P("%s X%d, X%d, X%d", op, tmp, x, x)
}

// dotsAVX2 adds up the lanes of 8 registers.
func dotsAVX2(g *gen, accs []int, tmp int) int {
	a, b := dotsQuad(g, accs[:4], tmp), dotsQuad(g, accs[4:], tmp)
	g.P("VPERM2F128 $0x20, Y%d, Y%d, Y%d", b, a, tmp)
	g.P("VPERM2F128 $0x31, Y%d, Y%d, Y%d", b, a, a)
	g.op("VADDPS", tmp, a, a)
	return a
}

// spreadAVX2 stores a register in equal pieces (1, 2 or 4), each elsewhere.
func spreadAVX2(g *gen, src, tmp, pieces int, to func(piece int) string) {
	if pieces == 1 {
		g.P("VMOVUPS Y%d, %s", src, to(0))
		return
	}
	for i := range 2 {
		g.P("VEXTRACTF128 $%d, Y%d, X%d", i, src, tmp)
		storeQuarter(g, tmp, pieces/2, i, to)
	}
}
