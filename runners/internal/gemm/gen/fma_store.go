package main

import "fmt"

// moveWhole is the instruction that moves a vector, not aligned.
func (k *kernel) moveWhole() string {
	if k.move == "VMOVDQU" && !k.vex {
		return "VMOVDQU32"
	}
	return k.move
}

// loadLanes makes the mask of the last vector: of as many ones as lanes, from a
// table of ones and then zeros; with zmm in K1.
func (k *kernel) loadLanes() {
	if !k.vex {
		k.P("MOVQ %s, CX", k.Arg("lanes"))
		k.P("MOVL $1, R9")
		k.P("SHLL CX, R9")
		k.P("DECL R9")
		k.P("KMOVW R9, K1")
		return
	}
	k.P("MOVQ %s, CX", k.Arg("lanes"))
	k.P("NEGQ CX")
	k.P("LEAQ lanes<>+32(SB), R9")
	k.P("VMOVDQU (R9)(CX*%d), %s", k.word.bytes, k.r(k.lanes))
}

// end stores the sums, or adds them to C.
func (k *kernel) end() {
	k.P("MOVQ %s, DX", k.Arg("c"))
	k.P("MOVQ %s, R8", k.Arg("ldc"))
	k.P("MOVQ %s, R11", k.Arg("acc"))
	if k.twin() {
		k.P("MOVQ %s, R9", k.Arg("cFar"))
		k.P("ADDQ DX, R9")
	}
	k.P("TESTQ R11, R11")
	k.P("JZ store")
	k.finish(true)
	k.Label("store")
	k.finish(false)
}

func (k *kernel) finish(accumulate bool) {
	for i := range k.rows {
		for j := range k.vectors {
			at, s := k.vectorAt("DX", "R9", j), k.r(k.sum(0, i, j))
			if k.masked && j == k.vectors-1 {
				k.finishPartial(accumulate, at, s)
				continue
			}
			if accumulate {
				k.P("%s %s, %s, %s", k.add, at, s, s)
			}
			k.P("%s %s, %s", k.moveWhole(), s, at)
		}
		if i < k.rows-1 {
			k.P("ADDQ R8, DX")
			if k.twin() {
				k.P("ADDQ R8, R9")
			}
		}
	}
	k.P("VZEROUPPER")
	k.P("RET")
}

// vectorAt is vector j of a row of sums in memory, those of the second twin from far on.
func (k *kernel) vectorAt(base, far string, j int) string {
	if j >= k.width.vectors {
		base, j = far, j-k.width.vectors
	}
	return fmt.Sprintf("%d(%s)", j*k.width.bytes, base)
}

func (k *kernel) finishPartial(accumulate bool, at, s string) {
	t, m := k.r(k.a[0]), k.r(k.lanes)
	if !k.vex {
		if accumulate {
			k.P("%s.Z %s, K1, %s", k.moveWhole(), at, t)
			k.P("%s %s, %s, %s", k.add, t, s, s)
		}
		k.P("%s %s, K1, %s", k.moveWhole(), s, at)
		return
	}
	if accumulate {
		k.P("%s %s, %s, %s", k.partial, at, m, t)
		k.P("%s %s, %s, %s", k.add, t, s, s)
	}
	k.P("%s %s, %s, %s", k.partial, s, m, at)
}
