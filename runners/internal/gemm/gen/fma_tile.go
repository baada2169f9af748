package main

import (
	"fmt"
	"strings"

	"joulemark/runners/internal/asm"
)

const unroll = 4 // words of K in a turn of the loop

var product = []string{"kc int", "a unsafe.Pointer", "lda int", "b unsafe.Pointer", "ldb int", "c unsafe.Pointer", "ldc int", "init unsafe.Pointer", "acc int"}

// tile writes a tileFn. lines tells how much of B it prefetches: 0 nothing, 1 half
// as much as it reads, 2 as much.
func tile(f *asm.File, w width, t word, rows, lines int) string {
	return writeTile(&kernel{File: f, width: w, word: t, rows: rows}, fmt.Sprintf("Fetch%d", lines), lines)
}

// downTile writes one of those that go down the columns of C.
func downTile(f *asm.File, w width, t word, rows int) string {
	return writeTile(&kernel{File: f, width: w, word: t, rows: rows, down: true}, "Down", 0)
}

func writeTile(k *kernel, kind string, lines int) string {
	k.sets = max(1, unroll/k.rows)
	name := k.declare(kind)
	k.begin()
	k.P("MOVQ %s, R10", k.Arg("cNext"))
	k.P("MOVQ %s, R9", k.Arg("aNext"))
	k.P("MOVQ %s, CX", k.Arg("bNext"))
	k.P("LEAQ (DX)(DX*2), R15")
	if k.twoPlaces(lines) {
		k.P("MOVQ BX, R14")
		k.P("IMULQ DX, R14")
		k.P("SHRQ $2, R14")
	}
	k.P("SHRQ $2, BX")
	k.P("JZ remainder")
	k.loops(lines)
	k.rest(lines)
	return name
}

// declare deals the registers out and begins the function of a tile.
func (k *kernel) declare(kind string) (name string) {
	k.vectors = k.width.vectors
	k.assign()
	name = fmt.Sprintf("%s%sTile%d%s", k.set, k.name, k.rows, kind)
	comment := fmt.Sprintf("%s is a tile of %d rows x %d vectors.", name, k.rows, k.vectors)
	k.Func(name, comment, asm.Args(append(product, "cNext uintptr", "aNext uintptr", "bNext uintptr")...), "")
	return name
}

// rest goes over the words that whole turns leave and ends the tile.
func (k *kernel) rest(lines int) {
	k.Label("remainder")
	k.P("MOVQ %s, BX", k.Arg("kc"))
	k.P("ANDQ $%d, BX", unroll-1)
	k.P("JZ done")
	k.Label("single")
	k.step(0)
	k.fetchB(0, lines)
	k.advance(1, lines)
	k.P("DECQ BX")
	k.P("JNZ single")
	k.Label("done")
	k.gather()
	k.end()
}

// edge writes an edgeFn. It is not unrolled and prefetches nothing: it is a small
// part of the work.
func edge(f *asm.File, w width, t word, rows, vectors int) string {
	name := fmt.Sprintf("%s%sEdge%dx%d", w.set, t.name, rows, vectors)
	k := &kernel{File: f, width: w, word: t, rows: rows, vectors: vectors, sets: 1, masked: true}
	k.assign()
	comment := fmt.Sprintf("%s is a tile of %d rows x %d vectors, the last of them partial.", name, rows, vectors)
	f.Func(name, comment, asm.Args(append(product, "lanes int")...), "")
	k.begin()
	if k.maskedB || !k.vex {
		k.loadLanes()
	}
	f.P("TESTQ BX, BX")
	f.P("JZ done")
	f.P("PCALIGN $32")
	f.Label("loop")
	k.step(0)
	k.advance(1, 0)
	f.P("DECQ BX")
	f.P("JNZ loop")
	f.Label("done")
	if !k.maskedB && k.vex {
		k.lanes = k.b[0]
		k.loadLanes()
	}
	k.end()
	return name
}

// begin loads the arguments and starts the sums from zero or init.
func (k *kernel) begin() {
	for _, l := range [][2]string{{"kc", "BX"}, {"a", "SI"}, {"lda", "R8"}, {"b", "DI"}, {"ldb", "DX"}, {"init", "R12"}} {
		k.P("MOVQ %s, %s", k.Arg(l[0]), l[1])
	}
	if k.rows > 3 {
		k.P("LEAQ (SI)(R8*2), AX")
		k.P("ADDQ R8, AX")
	}
	if k.mask {
		k.P("VPBROADCASTD upper<>(SB), %s", k.r(k.upper))
	}
	for _, s := range k.sums {
		if k.vex {
			k.P("VPXOR %s, %s, %s", k.r(s), k.r(s), k.r(s))
		} else {
			k.P("VPXORD %s, %s, %s", k.r(s), k.r(s), k.r(s))
		}
	}
	k.P("TESTQ R12, R12")
	k.P("JZ start")
	if k.twin() {
		k.P("MOVQ %s, R11", k.Arg("cFar"))
		k.P("ADDQ R12, R11")
	}
	for j := range k.vectors {
		for i := range k.rows {
			k.P("%s %s, %s", k.moveWhole(), k.vectorAt("R12", "R11", j), k.r(k.sum(0, i, j)))
		}
	}
	k.Label("start")
}

// step multiplies word n of the turn: every vector of B by every row of A.
func (k *kernel) step(n int) {
	for part := range k.parts {
		for j := range k.vectors {
			from := k.vectorOfB(n, j)
			if k.masked && k.maskedB && j == k.vectors-1 {
				k.P("%s %s, %s, %s", k.partial, from, k.r(k.lanes), k.r(k.b[j]))
				continue
			}
			k.load(k, part, from, k.b[j])
		}
		for i := range k.rows {
			a := k.a[i%len(k.a)]
			k.P("%s %s, %s", k.broadcast, k.wordOfA(n, i, part*k.aBytes/k.parts), k.r(a))
			for j := range k.vectors {
				k.multiply(k, k.b[j], a, k.sum(n%k.sets, i, j))
			}
		}
	}
}

// vectorOfB is where vector j of word n of the turn is.
func (k *kernel) vectorOfB(n, j int) string {
	words := []string{"(DI)", "(DI)(DX*1)", "(DI)(DX*2)", "(DI)(R15*1)"}
	switch {
	case k.quarters:
		words = quarters
	case j >= k.width.vectors:
		words, j = []string{"(R15)", "(R15)(DX*1)"}, j-k.width.vectors
	}
	return fmt.Sprintf("%d%s", j*k.vectorBytes(), words[n])
}

// wordOfA is where word n of the turn is in a row of A, and from there so many bytes on.
func (k *kernel) wordOfA(n, row, bytes int) string {
	bases := []string{"SI", "AX"} // of rows 0…2 and 3…5
	return fmt.Sprintf("%d(%s)%s", n*k.aBytes+bytes, bases[row/3], []string{"", "(R8*1)", "(R8*2)"}[row%3])
}

// advance moves A, B and what is prefetched of B by n words.
func (k *kernel) advance(n, lines int) {
	switch {
	case k.quarters && n == unroll:
		k.advanceA(n, "SI", "AX")
		for _, at := range quarters {
			k.P("ADDQ DX, %s", strings.Trim(at, "()"))
		}
	case n == unroll:
		k.advanceA(n, "SI", "AX")
		k.P("LEAQ (DI)(DX*4), DI")
	default:
		k.advanceA(n, "SI", "AX")
		k.P("ADDQ DX, DI")
	}
	switch {
	case k.twoPlaces(lines):
		k.P("ADDQ $%d, CX", n*k.vectors*k.vectorBytes()/4)
	case lines > 0:
		k.P("ADDQ $%d, CX", n*k.vectors*k.vectorBytes()*lines/2)
	}
}

// advanceA moves the bases of rows 0…2 and 3…5 by n words.
func (k *kernel) advanceA(n int, first, second string) {
	k.P("ADDQ $%d, %s", n*k.aBytes, first)
	if k.rows > 3 {
		k.P("ADDQ $%d, %s", n*k.aBytes, second)
	}
}

// gather adds the other sets of sums to the first.
func (k *kernel) gather() {
	for set := 1; set < k.sets; set++ {
		for i := range k.rows {
			for j := range k.vectors {
				to := k.sum(0, i, j)
				k.P("%s %s, %s, %s", k.add, k.r(k.sum(set, i, j)), k.r(to), k.r(to))
			}
		}
	}
}
