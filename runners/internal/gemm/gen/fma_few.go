package main

import (
	"fmt"

	"joulemark/runners/internal/asm"
)

// Tiles for few rows read B at two or four places side by side: see ../twins.go and
// ../quarters.go for why, and for what the distances are worth.

// quartersAhead is how far ahead, in bytes, each quarter of a panel is prefetched.
const quartersAhead = 512

// quarters is where a turn of such a tile finds its four words of B.
var quarters = []string{"(DI)", "(R15)", "(R11)", "(R12)"}

// quartersTile is a tileFn that reads the quarters of its panel, one word of each a turn, and the
// words of A in that order. It prefetches some way ahead, in its last turns the quarters of the
// panel that comes next.
func quartersTile(f *asm.File, w width, t word, rows int) string {
	k := &kernel{File: f, width: w, word: t, rows: rows, quarters: true, sets: max(1, unroll/rows)}
	name := k.declare("Quarters")
	bytes := w.vectors * k.vectorBytes() // of a word
	k.begin()
	k.P("SHRQ $2, BX")
	k.P("MOVQ BX, R9")
	k.P("IMULQ DX, R9")
	k.P("LEAQ (DI)(R9*1), R15")
	k.P("LEAQ (DI)(R9*2), R11")
	k.P("LEAQ (R15)(R9*2), R12")
	k.P("MOVQ %s, R13", k.Arg("bNext")) // from a word of B to one of the next panel's first
	k.P("SUBQ R15, R13")
	k.P("ADDQ $%d, R13", quartersAhead)
	k.P("MOVQ $%d, CX", quartersAhead)
	k.P("MOVQ BX, R10")
	k.P("SUBQ $%d, R10", quartersAhead/bytes)
	k.P("JLE last")
	k.P("MOVQ $%d, BX", quartersAhead/bytes)
	k.P("PCALIGN $64")
	k.Label("loop")
	for n := range unroll {
		k.step(n)
		for at := 0; at < bytes; at += 64 {
			k.P("PREFETCHT0 %d%s(CX*1)", at, quarters[n])
		}
	}
	k.advance(unroll, 0)
	k.P("DECQ R10")
	k.P("JNZ loop")
	k.Label("last")
	k.P("MOVQ R13, CX")
	k.P("MOVQ BX, R10")
	k.P("XORL BX, BX")
	k.P("TESTQ R10, R10")
	k.P("JNZ loop")
	k.P("MOVQ R12, DI")
	k.rest(0)
	return name
}

// twinRows is for how many rows there are twins: with more the sums leave no registers.
const twinRows = 2

// twinUnroll is the words of K in a turn of twins, of each panel.
const twinUnroll = 2

// twins writes a twinFn.
func twins(f *asm.File, w width, t word, rows int) string {
	k := &kernel{File: f, width: w, word: t, rows: rows, vectors: 2 * w.vectors, sets: max(1, twinUnroll/rows)}
	k.assign()
	name := fmt.Sprintf("%s%sTwins%d", k.set, k.name, rows)
	comment := fmt.Sprintf("%s is two tiles of %d rows x %d vectors.", name, rows, w.vectors)
	f.Func(name, comment, asm.Args(append(product, "bFar int", "cFar int")...), "")
	k.begin()
	k.P("MOVQ %s, R15", k.Arg("bFar"))
	k.P("ADDQ DI, R15")
	k.P("SHRQ $1, BX")
	k.P("JZ remainder")
	k.P("PCALIGN $64")
	k.Label("loop")
	for n := range twinUnroll {
		k.step(n)
		k.fetchAhead(n, 0)
		k.fetchAhead(n, w.vectors)
	}
	k.P("LEAQ (R15)(DX*2), R15")
	k.advanceA(twinUnroll, "SI", "")
	k.P("LEAQ (DI)(DX*2), DI")
	k.P("DECQ BX")
	k.P("JNZ loop")
	k.Label("remainder")
	k.P("MOVQ %s, BX", k.Arg("kc"))
	k.P("TESTQ $%d, BX", twinUnroll-1)
	k.P("JZ done")
	k.step(0)
	k.Label("done")
	k.gather()
	k.end()
	return name
}

// fetchAhead prefetches the lines some way behind word n, from vector j on.
func (k *kernel) fetchAhead(n, j int) {
	bytes := k.width.vectors * k.vectorBytes() // of a word of all columns
	if n*bytes%64 == 0 {
		k.P("PREFETCHT0 %d+%s", k.ahead, k.vectorOfB(n, j))
	}
}
