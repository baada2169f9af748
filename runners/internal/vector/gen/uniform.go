package main

import (
	"fmt"
	"maps"
	"slices"

	"joulemark/runners/internal/asm"
)

// uniform prints the generator of operands (package workloads) for fill uniform: element
// j is int64(mix(state + j G) >> 11) - 2^52, exact in fp64, times scale, rounded to fp32.
// Four or eight states lie in a vector, and a round makes two vectors of them.
func (g *gen) uniform() {
	g.begin("uniform", "makes n elements of fill uniform, n a multiple of the lanes of a vector.",
		asm.Args("dst unsafe.Pointer", "n int", "state uint64", "scale float64"), "")
	lanes := g.bytes / 8
	for _, c := range slices.SortedFunc(maps.Keys(mixers), func(a, b uint64) int { return mixers[a] - mixers[b] }) {
		g.P("MOVQ $0x%x, AX", c)
		g.P("VMOVQ AX, X%d", mixers[c])
		g.P("VPBROADCASTQ X%d, %s", mixers[c], g.r(mixers[c]))
	}
	g.P("VBROADCASTSD %s, %s", g.Arg("scale"), g.r(scaleAt))
	g.args("dst", "DI", "n", "CX", "state", "SI")
	g.P("MOVQ $0x%x, DX", uint64(golden))
	g.P("MOVQ DX, R8") // a round's way
	g.P("IMULQ $%d, R8", 2*lanes)
	g.P("VMOVQ R8, X%d", stepAt)
	g.P("VPBROADCASTQ X%d, %s", stepAt, g.r(stepAt))
	g.states(lanes)
	g.P("SHRQ $%d, CX", map[int]int{4: 3, 8: 4}[lanes])
	g.P("JZ done")
	g.P("PCALIGN $32")
	g.Label("round")
	for half := range 2 {
		g.mixed(half, 2+half, 4+half)
		g.numerators(2+half, 4+half)
		g.op("VMULPD", scaleAt, 2+half, 2+half)
		narrow := map[string]string{"Y": "VCVTPD2PSY Y%d, X%d", "Z": "VCVTPD2PS Z%d, Y%d"}[g.letter]
		g.P(narrow, 2+half, 2+half)
		g.P("VMOVUPS %s, %d(DI)", g.half(2+half), half*lanes*4)
		g.op("VPADDQ", stepAt, half, half)
	}
	g.P("ADDQ $%d, DI", 2*lanes*4)
	g.P("DECQ CX")
	g.P("JNZ round")
	g.Label("done")
	g.end()
}

const (
	golden  = 0x9E3779B97F4A7C15 // constants of package workloads
	mix1    = 0xBF58476D1CE4E5B9
	mix2    = 0x94D049BB133111EB
	scaleAt = 6
	stepAt  = 7
)

// mixers are the registers of constants: factors, their upper halves, and what turns two
// integers of 32 and 21 bits into fp64 (their exponents are 2^52 and 2^84) and takes
// those exponents and 2^52 away again.
var mixers = map[uint64]int{mix1: 8, mix1 >> 32: 9, mix2: 10, mix2 >> 32: 11, lowExponent: 12, highExponent: 13, exponents: 14}

const (
	lowExponent  = 0x4330000000000000 // 2^52 in fp64
	highExponent = 0x4530000000000000 // 2^84
	exponents    = 0x4530000000200000 // 2^84 + 2^53
)

// states puts the states of two vectors into registers 0 and 1.
func (g *gen) states(lanes int) {
	for half := range 2 {
		for i := range lanes {
			quarter := 2 + i/2
			if i%2 == 0 {
				g.P("VMOVQ SI, X%d", quarter)
			} else {
				g.P("VPINSRQ $1, SI, X%d, X%d", quarter, quarter)
			}
			g.P("ADDQ DX, SI")
		}
		g.P("VINSERTI128 $1, X3, Y2, Y%d", half)
		if lanes == 8 {
			g.P("VINSERTI128 $1, X5, Y4, Y4")
			g.P("VINSERTI64X4 $1, Y4, Z%d, Z%d", half, half)
		}
	}
}

// mixed is mix of the states in z, in w; tmp helps.
func (g *gen) mixed(z, w, tmp int) {
	g.shiftIn(30, z, z, w, tmp)
	g.times(mix1, w, tmp)
	g.shiftIn(27, w, w, w, tmp)
	g.times(mix2, w, tmp)
	g.shiftIn(31, w, w, w, tmp)
}

// shiftIn is to = a ^ b >> n.
func (g *gen) shiftIn(n, a, b, to, tmp int) {
	xor := map[string]string{"Y": "VPXOR", "Z": "VPXORQ"}[g.letter]
	g.on("VPSRLQ", fmt.Sprintf("$%d", n), b, tmp)
	g.op(xor, a, tmp, to)
}

// times multiplies 64 bits: by one instruction of AVX-512 DQ, else by products of halves.
func (g *gen) times(factor uint64, w, tmp int) {
	low, high := mixers[factor], mixers[factor>>32]
	if g.letter == "Z" {
		g.op("VPMULLQ", low, w, w)
		return
	}
	g.on("VPSRLQ", "$32", w, tmp)
	g.op("VPMULUDQ", low, tmp, tmp)
	g.op("VPMULUDQ", high, w, 15)
	g.op("VPADDQ", 15, tmp, tmp)
	g.on("VPSLLQ", "$32", tmp, tmp)
	g.op("VPMULUDQ", low, w, w)
	g.op("VPADDQ", tmp, w, w)
}

// numerators makes fp64 of the upper 53 bits of w, less 2^52. Each step is exact.
func (g *gen) numerators(w, tmp int) {
	or := map[string]string{"Y": "VPOR", "Z": "VPORQ"}[g.letter]
	g.on("VPSRLQ", "$43", w, tmp)
	g.op(or, mixers[highExponent], tmp, tmp) // 2^84 + upper 2^32
	g.op("VSUBPD", mixers[exponents], tmp, tmp)
	g.on("VPSRLQ", "$11", w, w)
	if g.letter == "Z" {
		g.on("VPSLLQ", "$32", w, w)
		g.on("VPSRLQ", "$32", w, w)
		g.op(or, mixers[lowExponent], w, w)
	} else {
		g.on("VPBLENDD", "$0xaa", mixers[lowExponent], w, w) // 2^52 + lower
	}
	g.op("VADDPD", tmp, w, w)
}
