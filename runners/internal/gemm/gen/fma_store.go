package main

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
	k.P("TESTQ R11, R11")
	k.P("JZ store")
	k.finish(true)
	k.Label("store")
	k.finish(false)
}

func (k *kernel) finish(accumulate bool) {
	for i := range k.rows {
		for j := range k.vectors {
			at, s := j*k.width.bytes, k.r(k.sum(0, i, j))
			if k.masked && j == k.vectors-1 {
				k.finishPartial(accumulate, at, s)
				continue
			}
			if accumulate {
				k.P("%s %d(DX), %s, %s", k.add, at, s, s)
			}
			k.P("%s %s, %d(DX)", k.moveWhole(), s, at)
		}
		if i < k.rows-1 {
			k.P("ADDQ R8, DX")
		}
	}
	k.P("VZEROUPPER")
	k.P("RET")
}

func (k *kernel) finishPartial(accumulate bool, at int, s string) {
	t, m := k.r(k.a[0]), k.r(k.lanes)
	if !k.vex {
		if accumulate {
			k.P("%s.Z %d(DX), K1, %s", k.moveWhole(), at, t)
			k.P("%s %s, %s, %s", k.add, t, s, s)
		}
		k.P("%s %s, K1, %d(DX)", k.moveWhole(), s, at)
		return
	}
	if accumulate {
		k.P("%s %d(DX), %s, %s", k.partial, at, m, t)
		k.P("%s %s, %s, %s", k.add, t, s, s)
	}
	k.P("%s %s, %s, %d(DX)", k.partial, s, m, at)
}
