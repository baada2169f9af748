package main

import (
	"fmt"
	"slices"
	"strings"

	"joulemark/runners/internal/asm"
)

// sweepRows is up to how many rows of A go at once, at most gemm's maxSweepRows. More
// gained nothing: with sixteen registers three rows of A leave three of B at once, and
// B's rate fell from 0.61 to 0.44 of the read rate (fp32, Zen 4).
func sweepRows(w width) int { return w.registers/16 + 1 }

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
		sweepTable(f, wide, t)
		sweepTable(f, ymm, t)
	}
	return f
}

// sweepTable writes the sweeps of a type for 1…sweepRows of A, and their table.
func sweepTable(f *asm.File, w width, t word) {
	var all strings.Builder
	for rows := 1; rows <= sweepRows(w); rows++ {
		words := sweepWords(w, rows)
		fmt.Fprintf(&all, "{%d, %s, %s},\n", words, writeSweep(f, w, t, rows, words), writeSweep(f, w, t, rows, 1))
	}
	f.Go("\nvar %s%sSweeps = [maxSweepRows + 1]sweep{\n{},\n%s}\n", w.set, t.name, all.String())
}

// sweepWords is how many rows of B go at once: with each a broadcast for every row of
// A, two registers left for C and one for a mask. More than eight streams gain nothing.
func sweepWords(w width, rows int) int { return min(8, (w.registers-3)/(rows+1)) }

// writeSweep writes a sweepFn.
func writeSweep(f *asm.File, w width, t word, rows, words int) string {
	name := fmt.Sprintf("%s%sSweep%dx%d", w.set, t.name, rows, words)
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
	s.spread(basesOfB, "R8", s.words)
	s.spread(basesAhead, "R8", s.words)
	s.spread(basesOfC, "R13", s.rows)
}

// vector adds the products of one vector of each row of B, and asks for what comes.
func (s *sweep) vector(partial bool) {
	for w := range s.words {
		s.get(rowAt(basesOfB, "R8", w), s.b[w], partial)
	}
	for w := range s.words {
		s.P("PREFETCHT0 %s", rowAt(basesAhead, "R8", w))
	}
	for i := range s.rows {
		c := s.c[i%len(s.c)]
		at := rowAt(basesOfC, "R13", i)
		s.get(at, c, partial)
		for w := range s.words {
			s.multiply(s.kernel, s.b[w], s.broadcasts[i*s.words+w], c)
		}
		s.put(at, c, partial)
	}
	for _, r := range slices.Concat(basesUsed(basesOfB, s.words), basesUsed(basesAhead, s.words), basesUsed(basesOfC, s.rows)) {
		s.P("ADDQ $%d, %s", s.width.bytes, r)
	}
}

// get loads a vector, put stores it: all of it or the lanes that there are.
func (s *sweep) get(from string, to int, partial bool) {
	switch {
	case !partial:
		s.P("%s %s, %s", s.move, from, s.r(to))
	case s.vex:
		s.P("%s %s, %s, %s", s.partial, from, s.r(s.lanes), s.r(to))
	default:
		s.P("%s.Z %s, K1, %s", s.move, from, s.r(to))
	}
}

func (s *sweep) put(to string, from int, partial bool) {
	switch {
	case !partial:
		s.P("%s %s, %s", s.move, s.r(from), to)
	case s.vex:
		s.P("%s %s, %s, %s", s.partial, s.r(from), s.r(s.lanes), to)
	default:
		s.P("%s %s, K1, %s", s.move, s.r(from), to)
	}
}

// Registers that point at every third row; the others are a stride or two from them.
var (
	basesOfB   = []string{"DI", "SI", "AX"}
	basesAhead = []string{"CX", "R10", "R11"}
	basesOfC   = []string{"DX", "R9", "R12"}
)

// basesUsed are those that so many rows need.
func basesUsed(bases []string, rows int) []string { return bases[:(rows+2)/3] }

// spread sets them from the first.
func (s *sweep) spread(bases []string, stride string, rows int) {
	for i, to := range basesUsed(bases, rows)[1:] {
		s.P("LEAQ (%s)(%s*2), %s", bases[i], stride, to)
		s.P("ADDQ %s, %s", stride, to)
	}
}

// rowAt is the address of a row.
func rowAt(bases []string, stride string, row int) string {
	return fmt.Sprintf("(%s)%s", bases[row/3], []string{"", "(" + stride + "*1)", "(" + stride + "*2)"}[row%3])
}
