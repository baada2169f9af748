package main

import (
	"fmt"

	"joulemark/runners/internal/asm"
)

// start sets the sums to init, or to zero.
func (k *neonKernel) start() {
	k.P("MOVD %s, R22", k.Arg("init"))
	k.P("CBZ R22, zero")
	if k.pairs {
		for c := range 2 * k.vectors {
			k.P("VLD1R.P 8(R22), [V%d.D2]", k.block(0, c))
			for p := 1; p < k.pairsOfRows(); p++ {
				k.move(k.block(0, c), k.block(p, c))
			}
		}
	} else {
		for j := range k.vectors {
			k.P("FMOVQ %d(R22), F%d", j*16, k.sum(0, 0, j))
			for i := 1; i < k.rows; i++ {
				k.move(k.sum(0, 0, j), k.sum(0, i, j))
			}
		}
		k.clear(k.sum(0, k.rows-1, k.vectors-1) + 1)
	}
	k.P("B started")
	k.Label("zero")
	k.clear(k.sum(0, 0, 0))
	k.Label("started")
}

// clear sets the registers of sums from one on to zero.
func (k *neonKernel) clear(from int) {
	for v := from; v < 32; v++ {
		k.P("VEOR V%d.B16, V%d.B16, V%d.B16", v, v, v)
	}
}

func (k *neonKernel) move(from, to int) { k.P("VMOV V%d.B16, V%d.B16", from, to) }

// add is d += n, of lanes of C.
func (k *neonKernel) add(n, d int) {
	switch {
	case k.integer():
		k.P("VADD V%d.S4, V%d.S4, V%d.S4", n, d, d)
	case k.sumBytes == 8:
		k.P("%s", asm.V("FADD.2D", n, d, d))
	default:
		k.P("%s", asm.V("FADD.4S", n, d, d))
	}
}

// end brings the sums into vectors of rows and stores them, or adds them to C.
func (k *neonKernel) end() {
	for set := 1; set < k.sets; set++ {
		for i := range k.rows {
			for j := range k.vectors {
				k.add(k.sum(set, i, j), k.sum(0, i, j))
			}
		}
	}
	if k.pairs {
		k.unblock()
	}
	k.P("MOVD %s, R20", k.Arg("acc"))
	for i := range k.rows {
		k.P("CBZ R20, store%d", i)
		for j := range k.vectors {
			k.moveC(true, 0, j)
			k.add(0, k.sum(0, i, j))
		}
		k.Label(fmt.Sprintf("store%d", i))
		for j := range k.vectors {
			k.moveC(false, k.sum(0, i, j), j)
		}
		k.P("ADD R3, R2")
	}
	k.P("RET")
}

// unblock makes of two blocks the four columns of each of their two rows.
func (k *neonKernel) unblock() {
	for p := range k.pairsOfRows() {
		for c := 0; c < 2*k.vectors; c += 2 {
			left, right := k.block(p, c), k.block(p, c+1)
			k.P("VTRN1 V%d.D2, V%d.D2, V0.D2", right, left)
			k.P("VTRN2 V%d.D2, V%d.D2, V%d.D2", right, left, right)
			k.move(0, left)
		}
	}
}

// moveC loads or stores vector j of a row of C.
func (k *neonKernel) moveC(load bool, v, j int) {
	if k.masked && j == k.vectors-1 {
		k.partial(load, v, 2, j*16)
		return
	}
	k.moveWhole("FMOVQ", load, v, 2, j*16)
}

func (k *neonKernel) moveWhole(op string, load bool, v, base, at int) {
	if load {
		k.P("%s %d(R%d), F%d", op, at, base, v)
	} else {
		k.P("%s F%d, %d(R%d)", op, v, at, base)
	}
}

// partial loads or stores the first R21 lanes of a vector and touches nothing else.
func (k *neonKernel) partial(load bool, v, base, at int) {
	k.labels++
	label := func(name string) string { return fmt.Sprintf("%s%d", name, k.labels) }
	k.P("TBNZ $%d, R21, %s", map[int]int{4: 2, 8: 1}[k.sumBytes], label("full"))
	if k.sumBytes == 4 {
		k.P("TBZ $1, R21, %s", label("one"))
	}
	k.moveWhole("FMOVD", load, v, base, at)
	if k.sumBytes == 4 {
		k.P("TBZ $0, R21, %s", label("end"))
		k.P("ADD $%d, R%d, R23", at+8, base)
		if load {
			k.P("VLD1 (R23), V%d.S[2]", v)
		} else {
			k.P("VST1 V%d.S[2], (R23)", v)
		}
		k.P("B %s", label("end"))
		k.Label(label("one"))
		k.moveWhole("FMOVS", load, v, base, at)
	}
	k.P("B %s", label("end"))
	k.Label(label("full"))
	k.moveWhole("FMOVQ", load, v, base, at)
	k.Label(label("end"))
}
