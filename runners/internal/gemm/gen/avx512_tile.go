package main

import (
	"fmt"

	"joulemark/runners/internal/asm"
)

// lines are the variants of the tile: how many lines of B each step of K
// prefetches.
func (t type512) lines() []int { return []int{0, t.vectors / 2, t.vectors} }

// arguments512 are those that a tile and an edge share, and more.
func arguments512(more ...string) []asm.Arg {
	return asm.Args(append([]string{"kc int", "a unsafe.Pointer", "lda int", "b unsafe.Pointer", "ldb int", "c unsafe.Pointer", "ldc int", "init unsafe.Pointer", "acc int"}, more...)...)
}

func (t type512) tileName(m, lines int) string {
	return fmt.Sprintf("tile%s_%dx%d_%dAVX512", t.name, m, t.vectors, lines)
}

// Registers of a tile and an edge. Rows 0…2 of A are reached from SI, 3…5 from AX, 6 and 7 from
// R15.
//
//	BX steps of K   SI, AX A   R8 lda   DI B   R12 ldb   DX C, then rows to prefetch
//	R13 ldc         R9 aNext   R10 cNext       R11 lines to prefetch   CX bNext
func (t type512) rowOfA(i, offset int) string {
	return fmt.Sprintf("%d(%s)%s", offset, []string{"SI", "AX", "R15"}[i/3], []string{"", "(R8*1)", "(R8*2)"}[i%3])
}

// enter loads the arguments that tile and edge share.
func enter512(f *asm.File, m int) {
	for _, r := range [][2]string{{"kc", "BX"}, {"a", "SI"}, {"lda", "R8"}, {"b", "DI"}, {"ldb", "R12"}, {"ldc", "R13"}, {"init", "DX"}} {
		f.P("MOVQ %s, %s", f.Arg(r[0]), r[1])
	}
	if m > 3 {
		f.P("LEAQ (SI)(R8*2), AX")
		f.P("ADDQ R8, AX")
	}
	if m > 6 {
		f.P("LEAQ (AX)(R8*2), R15")
		f.P("ADDQ R8, R15")
	}
}

// start512 sets m x v sums to init, or to zero.
func start512(f *asm.File, m, v int) {
	f.P("TESTQ DX, DX")
	f.P("JZ zero")
	for i := range m {
		for j := range v {
			if i == 0 {
				f.P("VMOVUPS %d(DX), Z%d", j*64, j)
			} else {
				f.P("VMOVAPS Z%d, Z%d", j, i*v+j)
			}
		}
	}
	f.P("JMP started")
	f.Label("zero")
	for i := range m * v {
		f.P("VPXORD Z%d, Z%d, Z%d", i, i, i)
	}
	f.Label("started")
}

// tile writes one tile: C, m rows of 4 vectors, = or += init + A B.
//
// What is needed soon is prefetched here, a line or two for every four steps of K, so
// that no burst of misses fills the buffers that the stream of B needs too: of the
// next tile of C, the lines of each row, one a turn (without it 5-11 % slower on
// Zen 5, n = 1024…4096); of the A that comes next, two rows (1-8 %). With few rows,
// when B comes from memory, each step prefetches so many lines of B as well: without it
// the window of the core is the only read-ahead, and more rows make it shorter (6 rows:
// 0.6 of the memory's rate).
func (t type512) tile(f *asm.File, m, lines int) {
	f.Func(t.tileName(m, lines), fmt.Sprintf("is a tile of %d rows x %d columns (see tileFn) that prefetches %d lines of B a step.", m, t.vectors*t.lanes(), lines), arguments512("cNext uintptr", "aNext uintptr", "bNext uintptr"), "")
	enter512(f, m)
	start512(f, m, t.vectors)
	f.P("MOVQ %s, R10", f.Arg("cNext"))
	f.P("MOVQ %s, R9", f.Arg("aNext"))
	if lines > 0 {
		f.P("MOVQ %s, CX", f.Arg("bNext"))
	}
	f.P("SUBQ $%d, R13", t.vectors*64)
	f.P("SHRQ $2, BX")
	f.P("JZ rest")
	f.P("MOVQ $%d, R11", t.vectors)
	f.P("MOVQ $%d, DX", m)
	f.P("PCALIGN $64")
	f.Label("fetching")
	f.P("PREFETCHT0 (R10)")
	f.P("ADDQ $64, R10")
	t.steps(f, m, lines, unroll512)
	f.P("DECQ R11")
	f.P("JNZ fetched")
	f.P("MOVQ $%d, R11", t.vectors)
	f.P("ADDQ R13, R10")
	f.P("DECQ DX")
	f.P("JZ next")
	f.Label("fetched")
	f.P("DECQ BX")
	f.P("JNZ fetching")
	f.P("JMP rest")
	f.Label("next")
	f.P("DECQ BX")
	f.P("JZ rest")
	f.P("PCALIGN $64")
	f.Label("loop")
	t.steps(f, m, lines, unroll512)
	f.P("DECQ BX")
	f.P("JNZ loop")
	f.Label("rest")
	f.P("MOVQ %s, BX", f.Arg("kc"))
	f.P("ANDQ $%d, BX", unroll512-1)
	f.P("JZ done")
	f.Label("single")
	t.steps(f, m, lines, 1)
	f.P("DECQ BX")
	f.P("JNZ single")
	f.Label("done")
	t.store(f, m, t.vectors, false)
}

// steps are n steps of K. bNext advances as B does, so that a B read in place is
// followed row by row.
func (t type512) steps(f *asm.File, m, lines, n int) {
	for k := range n {
		for j := range t.vectors {
			f.P("VMOVUPS %d(DI), Z%d", j*64, b512+j)
		}
		f.P("ADDQ R12, DI")
		for i := range m {
			f.P("%s %s, Z%d", t.broadcast, t.rowOfA(i, k*t.word), a512+i%4)
			for j := range t.vectors {
				f.P("%s", t.multiply(b512+j, a512+i%4, i*t.vectors+j))
			}
		}
		for j := range lines {
			f.P("PREFETCHT0 %d(CX)", j*64)
		}
		switch {
		case lines == t.vectors:
			f.P("ADDQ R12, CX")
		case lines > 0:
			f.P("ADDQ $%d, CX", lines*64)
		}
		switch {
		case n < unroll512:
		case k == 0:
			f.P("PREFETCHT0 (R9)")
		case k == 2:
			f.P("PREFETCHT0 (R9)(R8*1)")
			f.P("ADDQ $%d, R9", unroll512*t.word)
		}
	}
	f.P("ADDQ $%d, SI", n*t.word)
	if m > 3 {
		f.P("ADDQ $%d, AX", n*t.word)
	}
	if m > 6 {
		f.P("ADDQ $%d, R15", n*t.word)
	}
}

// store adds m x v sums to C or overwrites it; the last vector of an edge is masked.
func (t type512) store(f *asm.File, m, v int, masked bool) {
	const spare = 31
	f.P("MOVQ %s, DX", f.Arg("c"))
	f.P("MOVQ %s, R8", f.Arg("ldc"))
	f.P("MOVQ %s, R9", f.Arg("acc"))
	f.P("TESTQ R9, R9")
	f.P("JZ store")
	for _, add := range []bool{true, false} {
		if !add {
			f.Label("store")
		}
		for i := range m {
			for j := range v {
				mask, zeroing := "", ""
				if masked && j == v-1 {
					mask, zeroing = "K1, ", ".Z"
				}
				if add {
					f.P("%s%s %d(DX), %sZ%d", t.move(), zeroing, j*64, mask, spare)
					f.P("%s Z%d, Z%d, Z%d", t.add, spare, i*v+j, i*v+j)
				}
				f.P("%s Z%d, %s%d(DX)", t.move(), i*v+j, mask, j*64)
			}
			if i < m-1 {
				f.P("ADDQ R8, DX")
			}
		}
		f.P("VZEROUPPER")
		f.P("RET")
	}
}
