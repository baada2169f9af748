package main

import "fmt"

// Registers of every loop over elements: AX counts them, CX is how many there are.
// An operand of 1, 2 or 4 bytes an element is then base(AX*size), and a loop has one
// addition.

// operand is the vector number u, from where AX stands, of the array at base.
func (g *gen) operand(base string, size, u int) string {
	return fmt.Sprintf("%d(%s)(AX*%d)", u*g.lanes()*size, base, size)
}

// each prints step for all elements: unrolled, one vector a time, and at last for a
// tail of less than a vector, unless the caller keeps those (narrow). u numbers the
// vectors of a round.
func (g *gen) each(unroll int, narrow bool, step func(u int, tail bool)) {
	g.P("XORL AX, AX")
	rounds := []int{unroll, 1}
	if unroll == 1 {
		rounds = rounds[1:]
	}
	for _, n := range rounds {
		g.P("MOVQ CX, BX")
		g.P("SUBQ $%d, BX", n*g.lanes())
		g.P("CMPQ AX, BX")
		g.P("JGT end%d", n)
		g.P("PCALIGN $32")
		g.Label(fmt.Sprintf("by%d", n))
		for u := range n {
			step(u, false)
		}
		g.P("ADDQ $%d, AX", n*g.lanes())
		g.P("CMPQ AX, BX")
		g.P("JLE by%d", n)
		g.Label(fmt.Sprintf("end%d", n))
	}
	if narrow && g.narrowGroup > 1 {
		return
	}
	g.P("SUBQ AX, CX")
	g.P("JLE done")
	g.tailMask(g)
	step(0, true)
	g.Label("done")
}
