package main

import (
	"fmt"
	"strings"
)

// AVX-512 F, BW, DQ and VL. Tails of any element size are masks: K1. Masked lanes
// beyond the last element are neither read nor written.
var avx512 = &machine{
	name: "AVX512", file: "avx512_amd64", letter: "Z", bytes: 64,
	group: 1, narrowGroup: 1, constants: 18, queries: 3,

	load:     func(g *gen, memory string, dst int, tail bool) { g.masked("VMOVUPS", memory, dst, tail) },
	store:    func(g *gen, src int, memory string, tail bool) { g.maskedStore("VMOVUPS", src, memory, tail) },
	loadBF16: loadBF16AVX512,
	storeBF16: func(g *gen, src, _ int, memory string, tail bool) {
		g.maskedStore("VPMOVDW", src, memory, tail)
	},
	loadFP16: func(g *gen, memory string, dst int, tail bool) { g.masked("VCVTPH2PS", memory, dst, tail) },
	storeFP16: func(g *gen, src int, memory string, tail bool) {
		mask := ""
		if tail {
			mask = " K1,"
		}
		g.P("VCVTPS2PH $0, %s,%s %s", g.r(src), mask, memory)
	},
	storeBytes: func(g *gen, src, _ int, memory string, tail bool) {
		g.maskedStore("VPMOVDB", src, memory, tail)
	},
	tailMask: func(g *gen) {
		g.P("MOVL $1, DX")
		g.P("SHLL CX, DX")
		g.P("DECL DX")
		g.P("KMOVW DX, K1")
	},
	fillTail: func(g *gen, with, dst int) {
		g.P("VBLENDMPS %s, %s, K1, %s", g.r(dst), g.r(with), g.r(dst))
	},
	clearTail: func(g *gen, dst int) { g.P("VMOVAPS.Z %s, K1, %s", g.r(dst), g.r(dst)) },
	zeroBelow: func(g *gen, low string, x, mask int) { // 0x15: not less than, or NaN
		g.P("VCMPPS $0x15, %s, %s, K%d", low, g.r(x), 2+mask%4)
	},
	mulNotBelow: func(g *gen, a, dst, mask int) {
		g.P("VMULPS.Z %s, %s, K%d, %s", g.r(a), g.r(dst), 2+mask%4, g.r(dst))
	},
	ifNegative: func(g *gen, sign int, with, one, dst int) {
		g.P("VPMOVD2M %s, K6", g.r(sign))
		g.P("VBLENDMPS %s, %s, K6, %s", g.r(with), g.r(one), g.r(dst))
	},
	orNaN: func(g *gen, x, nan, dst, _ int) {
		g.P("VCMPPS $3, %s, %s, K6", g.r(x), g.r(x))
		g.P("VMOVAPS %s, K6, %s", g.r(nan), g.r(dst))
	},
	fold: func(g *gen, op string, x, tmp int) {
		g.P("VEXTRACTF64X4 $1, Z%d, Y%d", x, tmp)
		g.P("%s Y%d, Y%d, Y%d", op, tmp, x, x)
		foldAVX2(g, op, x, tmp)
	},
	dots:   dotsAVX512,
	spread: spreadAVX512,
}

// masked prints a load, of a tail with zeros.
func (g *gen) masked(name, memory string, dst int, tail bool) {
	if tail {
		g.P("%s.Z %s, K1, %s", name, memory, g.r(dst))
		return
	}
	g.P("%s %s, %s", name, memory, g.r(dst))
}

func (g *gen) maskedStore(name string, src int, memory string, tail bool) {
	if tail {
		g.P("%s %s, K1, %s", name, g.r(src), memory)
		return
	}
	g.P("%s %s, %s", name, g.r(src), memory)
}

func loadBF16AVX512(g *gen, memory string, dst int, tail bool) {
	g.masked("VPMOVZXWD", memory, dst, tail)
	g.on("VPSLLD", "$16", dst, dst)
}

// dotsAVX512 adds up the lanes of 16 registers: four become one by dotsQuad, then
// four quarters of each change places.
func dotsAVX512(g *gen, accs []int, tmp int) int {
	var quads []int
	for i := 0; i < 16; i += 4 {
		quads = append(quads, dotsQuad(g, accs[i:i+4], tmp))
	}
	pair := func(a, b int, low, high string) {
		g.P("VSHUFF32X4 $%s, Z%d, Z%d, Z%d", low, b, a, tmp)
		g.P("VSHUFF32X4 $%s, Z%d, Z%d, Z%d", high, b, a, a)
		g.op("VADDPS", tmp, a, a)
	}
	pair(quads[0], quads[1], "0x44", "0xee")
	pair(quads[2], quads[3], "0x44", "0xee")
	pair(quads[0], quads[2], "0x88", "0xdd")
	return quads[0]
}

// dotsQuad leaves in the first of four registers, in each of its 128 bits, the sums
// of those 128 bits of all four.
func dotsQuad(g *gen, a []int, tmp int) int {
	pair := func(kind string, a, b int) {
		g.op("VUNPCKLP"+kind, b, a, tmp)
		g.op("VUNPCKHP"+kind, b, a, a)
		g.op("VADDPS", tmp, a, a)
	}
	pair("S", a[0], a[1])
	pair("S", a[2], a[3])
	pair("D", a[0], a[2])
	return a[0]
}

// spreadAVX512 stores a register in equal pieces (1, 2, 4 or 8), each elsewhere.
func spreadAVX512(g *gen, src, tmp, pieces int, to func(piece int) string) {
	switch pieces {
	case 1:
		g.P("VMOVUPS Z%d, %s", src, to(0))
	case 2:
		g.P("VMOVUPS Y%d, %s", src, to(0))
		g.P("VEXTRACTF64X4 $1, Z%d, Y%d", src, tmp)
		g.P("VMOVUPS Y%d, %s", tmp, to(1))
	default:
		for i := range 4 {
			g.P("VEXTRACTF32X4 $%d, Z%d, X%d", i, src, tmp)
			storeQuarter(g, tmp, pieces/4, i, to)
		}
	}
}

// storeQuarter stores four lanes in one piece or two.
func storeQuarter(g *gen, x, halves, i int, to func(piece int) string) {
	if halves == 1 {
		g.P("VMOVUPS X%d, %s", x, to(i))
		return
	}
	for half, name := range strings.Fields("VMOVLPS VMOVHPS") {
		g.P("%s", fmt.Sprintf("%s X%d, %s", name, x, to(2*i+half)))
	}
}
