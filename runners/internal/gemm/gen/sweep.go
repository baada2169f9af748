package main

import (
	"fmt"
	"strings"

	"joulemark/runners/internal/asm"
)

// sweeps512 and sweepsAVX2 are up to how many rows of A go at once. With sixteen
// registers more than four rows leave one row of B for each way over C.
const (
	sweeps512  = 8
	sweepsAVX2 = 4
)

// A sweep goes along some rows of a row-major B at once, and adds their products to the
// rows of C. Broadcasts of A stay in registers all the way.
//
//	DI, SI, AX rows of B, three each   R8 ldb    CX, R10, R11 as far ahead
//	DX, R9, R12 rows of C              R13 ldc   BX vectors
type sweep struct {
	*kernel
	words      int   // rows of B
	broadcasts []int // by row of A and row of B
	c          []int
}

// sweeps is the file of all sweeps.
func sweeps() *asm.File {
	f := &asm.File{Package: "gemm", Name: "sweep_amd64"}
	ones := uint32(0xffffffff)
	f.Data("lanes", ones, ones, ones, ones, ones, ones, ones, ones, 0, 0, 0, 0, 0, 0, 0, 0)
	wide := zmm
	wide.set = "avx512"
	for _, t := range []word{fp64, fp32} {
		sweepTable(f, wide, t, sweeps512)
		sweepTable(f, ymm, t, sweepsAVX2)
	}
	return f
}

// sweepTable writes the sweeps of a type for 1…most rows of A, and their table.
func sweepTable(f *asm.File, w width, t word, most int) {
	var all strings.Builder
	for rows := 1; rows <= most; rows++ {
		words := sweepWords(w, rows)
		fmt.Fprintf(&all, "{%d, %s, %s},\n", words, writeSweep(f, w, t, rows, words), writeSweep(f, w, t, rows, 1))
	}
	f.Go("\nvar %s%sSweeps = [maxRows + 1]sweep{\n{},\n%s}\n", w.set, t.name, all.String())
}

// sweepWords is how many rows of B go at once: with each a broadcast for every row of
// A, two registers left for C and one for a mask. More than eight streams gain nothing.
func sweepWords(w width, rows int) int { return min(8, (w.registers-3)/(rows+1)) }

// writeSweep writes a sweepFn.
func writeSweep(f *asm.File, w width, t word, rows, words int) string {
	name := fmt.Sprintf("%s%sSweep%dx%d", w.set, t.name, rows, words)
	if strings.Contains(f.Declared(), name+"(") {
		return name // of which one is all
	}
	s := &sweep{kernel: &kernel{File: f, width: w, word: t, rows: rows, masked: true}, words: words}
	s.assign()
	f.Func(name, fmt.Sprintf("%s adds %d rows of A times %d rows of B to C.", name, rows, words),
		asm.Args("steps int", "a unsafe.Pointer", "lda int", "b unsafe.Pointer", "ldb int", "c unsafe.Pointer", "ldc int", "vectors int", "lanes int", "ahead int"), "")
	s.loadLanes()
	f.P("MOVQ %s, R8", f.Arg("ldb"))
	f.P("MOVQ %s, R13", f.Arg("ldc"))
	f.Label("step")
	s.begin()
	f.P("MOVQ %s, BX", f.Arg("vectors"))
	f.P("TESTQ BX, BX")
	f.P("JZ last")
	f.P("PCALIGN $32")
	f.Label("vector")
	s.vector(false)
	f.P("DECQ BX")
	f.P("JNZ vector")
	f.Label("last")
	f.P("MOVQ %s, BX", f.Arg("lanes"))
	f.P("TESTQ BX, BX")
	f.P("JZ swept")
	s.vector(true)
	f.Label("swept")
	f.P("IMUL3Q $%d, R8, AX", words)
	f.P("ADDQ AX, %s", f.Arg("b"))
	f.P("ADDQ $%d, %s", words*t.bytes, f.Arg("a"))
	f.P("DECQ %s", f.Arg("steps"))
	f.P("JNZ step")
	f.P("VZEROUPPER")
	f.P("RET")
	return name
}

// assign deals the registers out: what is left takes rows of C in turn.
func (s *sweep) assign() {
	var all []int
	for r := range s.registers {
		all = append(all, r)
	}
	n := s.rows * s.words
	s.broadcasts, s.b, all = all[:n], all[n:n+s.words], all[n+s.words:]
	s.lanes, s.c = all[0], all[1:]
}

// begin broadcasts what a step takes of A, and goes to its first vectors.
func (s *sweep) begin() {
	s.P("MOVQ %s, SI", s.Arg("a"))
	s.P("MOVQ %s, AX", s.Arg("lda"))
	for i := range s.rows {
		for w := range s.words {
			s.P("%s %d(SI), %s", s.broadcast, w*s.word.bytes, s.r(s.broadcasts[i*s.words+w]))
		}
		if i < s.rows-1 {
			s.P("ADDQ AX, SI")
		}
	}
	s.P("MOVQ %s, DI", s.Arg("b"))
	s.P("MOVQ %s, DX", s.Arg("c"))
	s.P("MOVQ %s, CX", s.Arg("ahead"))
	s.P("ADDQ DI, CX")
	s.each(s.words, "R8", bases.b, func(from, to string) { s.P("LEAQ (%s)(R8*2), %s\n\tADDQ R8, %s", from, to, to) })
	s.each(s.words, "R8", bases.ahead, func(from, to string) { s.P("LEAQ (%s)(R8*2), %s\n\tADDQ R8, %s", from, to, to) })
	s.each(s.rows, "R13", bases.c, func(from, to string) { s.P("LEAQ (%s)(R13*2), %s\n\tADDQ R13, %s", from, to, to) })
}
