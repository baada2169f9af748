package main

import (
	"fmt"

	"joulemark/runners/internal/asm"
)

// A width is a set of registers and the tile that fills them.
type width struct {
	set       string // first word of function names: "avx2"
	letter    string // of a vector register in Go's assembler
	bytes     int    // of a vector
	registers int
	rows      int // of a tile
	vectors   int // in a row of it
	vex       bool
}

// 6x2 vectors: 12 sums cover the latency of both FMA units of Haswell (10 in
// flight), and 8 loads go with 12 FMAs, which take as long as 12 loads. No shuffle:
// Haswell has one port for them.
//
// On Zen 4, of the rate of FMAs in registers: fp32 0.97 with A and B in L1, 0.96 with
// B in L2, 0.94 with C and A that move (0.92 where rows lie 8 KiB apart); bf16 0.98;
// VPMADDWD 0.78, where it reaches 0.81 in registers together with its VPADDD.
// Rejected: 4x3 vectors, 0.97, 0.95, 0.92 and 0.91, and it leaves no register for
// the mask of an edge.
var ymm = width{set: "avx2", letter: "Y", bytes: 32, registers: 16, rows: 6, vectors: 2, vex: true}

// 6x4 vectors, as the other tiles of AVX-512. On Zen 4 bf16 reaches 0.99 of the rate
// of FMAs in registers and VPMADDWD 0.72: its halves get in the way of those of VPADDD.
// That processor has VNNI.
var zmm = width{set: "avx512Plain", letter: "Z", bytes: 64, registers: 32, rows: 6, vectors: 4}

// A word is what one lane of a vector of B holds, and how it is multiplied: the
// part of a kernel that depends on the type.
type word struct {
	name      string // in function names
	bytes     int    // of a lane of C, and of a word of B in a register
	packed    int    // of a word of B in memory, where it is less; 0: as many
	aBytes    int    // of what goes with it of A
	parts     int    // multiplications that a word takes; each takes aBytes/parts of A
	quarters  bool   // whether there are tiles that read four places of B
	ahead     int    // bytes: how far twins prefetch in either of two places of B
	scratch   int    // registers that multiply needs
	mask      bool   // whether load needs a register that keeps upper halves
	maskedB   bool   // whether edges read B lane by lane
	broadcast string
	add       string // sums of C
	move      string // whole vectors
	partial   string // VMASKMOV
	load      func(k *kernel, part int, from string, to int)
	multiply  func(k *kernel, b, a, c int)
}

func fused(instruction string) func(*kernel, int, int, int) {
	return func(k *kernel, b, a, c int) { k.P("%s %s, %s, %s", instruction, k.r(b), k.r(a), k.r(c)) }
}

func plain(k *kernel, _ int, from string, to int) { k.P("%s %s, %s", k.moveWhole(), from, k.r(to)) }

var (
	fp64 = word{name: "FP64", bytes: 8, aBytes: 8, parts: 1, quarters: true, ahead: 128, maskedB: true, broadcast: "VBROADCASTSD", add: "VADDPD",
		move: "VMOVUPD", partial: "VMASKMOVPD", load: plain, multiply: fused("VFMADD231PD")}
	fp32 = word{name: "FP32", bytes: 4, aBytes: 4, parts: 1, quarters: true, ahead: 128, maskedB: true, broadcast: "VBROADCASTSS", add: "VADDPS",
		move: "VMOVUPS", partial: "VMASKMOVPS", load: plain, multiply: fused("VFMADD231PS")}
	bf16 = word{name: "BF16", bytes: 4, aBytes: 8, parts: 2, quarters: true, ahead: 1024, mask: true, broadcast: "VBROADCASTSS", add: "VADDPS",
		move: "VMOVUPS", partial: "VMASKMOVPS", load: half, multiply: fused("VFMADD231PS")}
	int8s = word{name: "INT8", bytes: 4, aBytes: 4, parts: 1, scratch: 1, broadcast: "VPBROADCASTD", add: "VPADDD",
		move: "VMOVDQU", partial: "VPMASKMOVD", load: plain, multiply: pairs}
	narrow8s = word{name: "Narrow", bytes: 4, packed: 2, aBytes: 4, parts: 1, ahead: 1024, scratch: 1, broadcast: "VPBROADCASTD", add: "VPADDD",
		move: "VMOVDQU", partial: "VPMASKMOVD", load: widen, multiply: pairs}
	quads = word{name: "VNNI", bytes: 4, aBytes: 4, parts: 1, ahead: 1024, broadcast: "VPBROADCASTD", add: "VPADDD",
		move: "VMOVDQU", partial: "VPMASKMOVD", load: plain, multiply: dot}
)

// half widens the even (part 0) or odd bf16 of each pair to fp32. B stays in pairs in
// memory, where bandwidth counts, and is read twice from L1, for want of registers.
// Rejected: a load two bytes before the pairs, which needs no shift; it crosses a
// line in every second vector and reads before the panel.
func half(k *kernel, part int, from string, to int) {
	switch {
	case part == 1 && k.vex:
		k.P("VPAND %s, %s, %s", from, k.r(k.upper), k.r(to))
	case part == 1:
		k.P("VPANDD %s, %s, %s", from, k.r(k.upper), k.r(to))
	case k.vex:
		k.P("VMOVDQU %s, %s", from, k.r(to))
		k.P("VPSLLD $16, %s, %s", k.r(to), k.r(to))
	default:
		k.P("VPSLLD $16, %s, %s", from, k.r(to))
	}
}

// widen makes bytes 16 bits wide, which stay bytes in memory: for few rows, where its
// bandwidth counts. With many the second micro-operation of the load does.
func widen(k *kernel, _ int, from string, to int) { k.P("VPMOVSXBW %s, %s", from, k.r(to)) }

// pairs adds two products of 16 bits to each lane, exact: two of -128 x -128 are
// 2^15. Rejected: VPMADDUBSW, which takes bytes but one of them unsigned; |A| times B
// with A's sign needs a VPSIGNB for each row and vector and then VPMADDWD by ones:
// as many instructions for each product. Without the signs (A + 128) it takes three
// for every two of ours, but sums of two saturate: 2 x 255 x 127 is above 2^15.
// Groups of two or three VPMADDWD before their VPADDD: 0.82 for 0.81, in registers.
func pairs(k *kernel, b, a, c int) {
	t := k.scratch[0]
	k.P("VPMADDWD %s, %s, %s", k.r(b), k.r(a), k.r(t))
	k.P("VPADDD %s, %s, %s", k.r(t), k.r(c), k.r(c))
}

func dot(k *kernel, b, a, c int) { k.P("%s", asm.VPDPBUSD256(b, a, c)) }

// A kernel is one function while it is written: its registers, and where it is.
type kernel struct {
	*asm.File
	width
	word
	rows, vectors int
	sums          []int // by set, row and vector
	b, a          []int
	scratch       []int
	upper, lanes  int // masks: upper halves; lanes of the last vector
	sets          int // of sums, which take the words of K in turn: few rows have too few sums to cover the latency
	masked        bool
	quarters      bool // of the words of K side by side
	down          bool // the next strip's words of A follow one row behind the other, in the second level
}

// vectorBytes is a vector of B in memory.
func (k *kernel) vectorBytes() int {
	if k.packed > 0 {
		return k.width.bytes * k.packed / k.word.bytes
	}
	return k.width.bytes
}

// twin says whether it is two tiles of the same rows, whose panels lie apart.
func (k *kernel) twin() bool { return k.vectors > k.width.vectors }

func (k *kernel) r(i int) string { return fmt.Sprint(k.letter, i) }

func (k *kernel) sum(set, row, vector int) int {
	return k.sums[(set*k.rows+row)*k.vectors+vector]
}

// assign deals the registers out.
func (k *kernel) assign() {
	next := 0
	take := func(n int) (list []int) {
		for range n {
			list, next = append(list, next), next+1
		}
		return list
	}
	k.sums = take(k.sets * k.rows * k.vectors)
	k.b = take(k.vectors)
	k.scratch = take(k.word.scratch)
	if k.mask {
		k.upper = take(1)[0]
	}
	if k.masked && k.maskedB && k.vex {
		k.lanes = take(1)[0]
	}
	k.a = take(min(3, k.registers-next))
	if len(k.a) == 0 {
		panic("gen: the tile needs more registers than there are")
	}
}
