package main

import (
	"fmt"

	"joulemark/runners/internal/asm"
)

// Tiles for few rows read B at two places side by side: see ../twins.go for why, and for what
// the distances are worth.

// halvesTile is a tileFn that reads both halves of its panel, two words of each a turn.
func halvesTile(f *asm.File, w width, t word, rows int) string {
	k := &kernel{File: f, width: w, word: t, rows: rows, halves: true, sets: max(1, unroll/rows)}
	name := k.declare("Halves")
	k.begin()
	k.P("SHRQ $2, BX")
	k.P("MOVQ BX, R15")
	k.P("IMULQ DX, R15")
	k.P("LEAQ (DI)(R15*2), R15")
	k.P("IMUL3Q $%d, BX, R9", unroll/2*k.aBytes)
	k.P("ADDQ SI, R9")
	if rows > 3 {
		k.P("LEAQ (R9)(R8*2), R10")
		k.P("ADDQ R8, R10")
	}
	k.P("TESTQ BX, BX")
	k.P("JZ remainder")
	k.P("PCALIGN $64")
	k.Label("loop")
	for n := range unroll {
		k.step(n)
		k.fetchAhead(n, 0)
	}
	k.advance(unroll, 0)
	k.P("DECQ BX")
	k.P("JNZ loop")
	k.rest(unroll/2, 0)
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
