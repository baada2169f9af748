package main

import "joulemark/runners/internal/asm"

// attend prints products of one query with keys, and sums of values.
func (g *neonGen) attend() {
	for _, narrow := range []bool{false, true} {
		suffix, load := "", g.load
		if narrow {
			suffix, load = "BF16", g.loadBF16
		}
		g.begin("dot"+suffix, "is the product of a query with a key.", asm.Args("q unsafe.Pointer", "key unsafe.Pointer", "dim int"), "float32")
		g.zero(2)
		g.each(2, "loop", func() {
			g.load(0, 0)
			load(1, 1)
			g.s("VFMLA", 0, 1, 2)
		})
		g.total(2)
		g.scores("scores"+suffix, load)
		g.gather("gather"+suffix, load)
	}
}

// scores prints a scoresFn of one query and four keys at a time.
func (g *neonGen) scores(name string, load func(pointer, dst int)) {
	g.begin(name, "is a scoresFn of one query.", asm.Args("dst unsafe.Pointer", "dstStride int", "q unsafe.Pointer", "qStride int",
		"keys unsafe.Pointer", "keyStride int", "dim int", "n int"), "")
	g.each(7, "keys", func() {
		g.zero(4, 5, 6, 7)
		g.P("MOVD R2, R8")
		for key := range 4 {
			g.P("MOVD R4, R%d", 9+key)
			g.P("ADD R5, R4")
		}
		g.P("MOVD R6, R13")
		g.each(13, "dim", func() {
			g.load(8, 8)
			for key := range 4 {
				load(9+key, key)
				g.s("VFMLA", 8, key, 4+key)
			}
		})
		g.v("FADDP.4S", 5, 4, 4)
		g.v("FADDP.4S", 7, 6, 6)
		g.v("FADDP.4S", 6, 4, 4)
		g.store(4, 0)
	})
	g.P("RET")
}

// gather prints a gatherFn of one query: four values at a time go through the row,
// then one by one what is left.
func (g *neonGen) gather(name string, load func(pointer, dst int)) {
	g.begin(name, "is a gatherFn of one query.", asm.Args("y unsafe.Pointer", "yStride int", "weights unsafe.Pointer", "weightStride int",
		"values unsafe.Pointer", "valueStride int", "dim int", "n int"), "")
	g.P("SUBS $4, R7")
	g.P("BLT rest")
	g.Label("four")
	g.load(2, 16)
	g.gathered(4, "dimOfFour", load)
	g.P("SUBS $4, R7")
	g.P("BGE four")
	g.Label("rest")
	g.P("ADDS $4, R7")
	g.P("BEQ end")
	g.Label("one")
	g.P("FMOVS.P 4(R2), F16")
	g.gathered(1, "dimOfOne", load)
	g.P("SUBS $1, R7")
	g.P("BNE one")
	g.Label("end")
	g.P("RET")
}

// gathered adds some values, by weights in lanes of V16, to the row.
func (g *neonGen) gathered(values int, label string, load func(pointer, dst int)) {
	for v := range values {
		g.P("MOVD R4, R%d", 9+v)
		g.P("ADD R5, R4")
	}
	g.P("MOVD R0, R8")
	g.P("MOVD R6, R13")
	g.each(13, label, func() {
		g.P("FMOVQ (R8), F4")
		for v := range values {
			load(9+v, v)
			g.P("%s", asm.VLane("FMLA.4S", 16, v, v, 4))
		}
		g.store(4, 8)
	})
}
