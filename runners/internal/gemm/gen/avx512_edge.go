package main

import (
	"fmt"

	"joulemark/runners/internal/asm"
)

func (t type512) edgeName(m, v int) string {
	return fmt.Sprintf("edge%s_%dx%dAVX512", t.name, m, v)
}

// edge writes the product for the right edge of C: v vectors of which the last is
// masked. Neither up to three vectors of waste nor a temporary tile: n=200 came from
// 0.82 to 0.96 of oneDNN's dnnl_sgemm by it. Not unrolled, without prefetches: it is a
// small part of the work.
func (t type512) edge(f *asm.File, m, v int) {
	f.Func(t.edgeName(m, v), fmt.Sprintf("is a right edge of %d rows x %d vectors (see edgeFn).", m, v), arguments512("lanes int"), "")
	enter512(f, m)
	f.P("MOVQ %s, CX", f.Arg("lanes"))
	f.P("MOVQ $1, R9")
	f.P("SHLQ CX, R9")
	f.P("DECQ R9")
	f.P("KMOVW R9, K1")
	start512(f, m, v)
	// Not aligned: the assembler of Go 1.26 never ends where an aligned loop follows a
	// jump whose length depends on the padding.
	f.Label("loop")
	for j := range v {
		if t.masked && j == v-1 {
			f.P("%s.Z %d(DI), K1, Z%d", t.move(), j*64, b512+j)
		} else {
			f.P("VMOVUPS %d(DI), Z%d", j*64, b512+j)
		}
	}
	f.P("ADDQ R12, DI")
	for i := range m {
		f.P("%s %s, Z%d", t.broadcast, t.rowOfA(i, 0), a512+i%4)
		for j := range v {
			f.P("%s", t.multiply(b512+j, a512+i%4, i*v+j))
		}
	}
	f.P("ADDQ $%d, SI", t.word)
	if m > 3 {
		f.P("ADDQ $%d, AX", t.word)
	}
	if m > 6 {
		f.P("ADDQ $%d, R15", t.word)
	}
	f.P("DECQ BX")
	f.P("JNZ loop")
	t.store(f, m, v, true)
}
