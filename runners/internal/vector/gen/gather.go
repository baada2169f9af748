package main

import (
	"fmt"

	"joulemark/runners/internal/asm"
)

// ahead is how many bytes before their use lines of the caches are prefetched, and of
// how many bytes the caller makes the chunks that it gives to gather at once
// (a constant there too).
const ahead = 8192

// gather prints sums that stay in registers while the values pass by: a strip of
// columns of all queries at once. Strips are as wide as the registers allow (half of
// them for sums), then halves of that, then the tail.
//
// Where strips are narrow (narrowStrip), lines are prefetched in the order of memory: all strips
// together fetch as many as a chunk has, and those are the next chunk's. Wide ones
// are left to the processor's own prefetching, which is 10 to 20 % better at those.
// Rejected: each strip prefetches its own columns, half the memory's rate where
// there are two.
func (g *gen) gather(c cache, queries int) {
	y := rows{first(queries, "DI", "R12"), "R10", "R11"}
	weights := rows{first(queries, "AX", "R9"), "R13", "R14"}
	g.begin(fmt.Sprintf("gather%s%d", c.suffix, queries), "is a gatherFn.", asm.Args("y unsafe.Pointer", "yStride int",
		"weights unsafe.Pointer", "weightStride int", "values unsafe.Pointer", "valueStride int", "dim int", "n int"), "")
	if !c.narrow || g.narrowGroup == 1 {
		g.args("dim", "CX")
		g.P("ANDQ $%d, CX", g.lanes()-1)
		g.tailMask(g)
	}
	g.args("y", "DI", "values", "SI", "dim", "CX")
	if g.narrowStrip(c, queries) {
		g.P("LEAQ %d(SI), DX", ahead)
	}
	g.strides("yStride", y)
	g.strides("weightStride", weights)
	g.follow(y)
	for vectors := g.stripVectors(queries); vectors > 0; vectors /= 2 {
		g.P("SUBQ $%d, CX", vectors*g.lanes())
		g.P("JLT end%d", vectors)
		g.Label(fmt.Sprintf("by%d", vectors))
		g.strip(c, y, weights, queries, vectors, false)
		g.add(y, vectors*g.bytes)
		g.P("ADDQ $%d, SI", vectors*g.lanes()*c.size)
		g.P("SUBQ $%d, CX", vectors*g.lanes())
		g.P("JGE by%d", vectors)
		g.Label(fmt.Sprintf("end%d", vectors))
		g.P("ADDQ $%d, CX", vectors*g.lanes())
	}
	if !c.narrow || g.narrowGroup == 1 {
		g.P("JZ done")
		g.strip(c, y, weights, queries, 1, true)
		g.Label("done")
	}
	g.end()
}

// stripVectors is how wide a strip is at most: lanes registers in all.
func (g *gen) stripVectors(queries int) int { return min(8, g.lanes()/queries) }

// narrowStrip: less than four lines of a value.
func (g *gen) narrowStrip(c cache, queries int) bool {
	return queries > 1 && g.stripVectors(queries)*g.lanes()*c.size < 256
}

// strip adds all values to some vectors of every query.
func (g *gen) strip(c cache, y, weights rows, queries, vectors int, tail bool) {
	for i := range queries {
		for v := range vectors {
			g.load(g, y.at(i, v*g.bytes), i*vectors+v, tail)
		}
	}
	g.args("weights", "AX", "n", "BX")
	g.follow(weights)
	g.P("MOVQ SI, R8")
	label := fmt.Sprintf("values%d", vectors)
	if tail {
		label = "valuesTail"
	}
	g.P("PCALIGN $32")
	g.Label(label)
	g.oneValue(c, weights, queries, vectors, tail)
	bytes := vectors * g.lanes() * c.size
	if g.narrowStrip(c, queries) {
		for at := 0; at < bytes; at += 64 {
			g.P("PREFETCHT0 %d(DX)", at)
		}
		g.P("ADDQ $%d, DX", bytes)
	}
	g.add(weights, 4)
	g.P("ADDQ %s, R8", g.Arg("valueStride"))
	g.P("DECQ BX")
	g.P("JNZ %s", label)
	for i := range queries {
		for v := range vectors {
			g.store(g, i*vectors+v, y.at(i, v*g.bytes), tail)
		}
	}
}

// oneValue adds one value times its weight of each query.
func (g *gen) oneValue(c cache, weights rows, queries, vectors int, tail bool) {
	value, weight := g.lanes(), g.lanes()*3/2
	if queries == 1 {
		g.P("VBROADCASTSS %s, %s", weights.at(0, 0), g.r(weight))
		for v := range vectors {
			memory := fmt.Sprintf("%d(R8)", v*g.lanes()*c.size)
			if !c.narrow && !tail {
				g.on("VFMADD231PS", memory, weight, v)
				continue
			}
			c.load(g, memory, value+v%4, tail)
			g.op("VFMADD231PS", value+v%4, weight, v)
		}
		return
	}
	for v := range vectors {
		c.load(g, fmt.Sprintf("%d(R8)", v*g.lanes()*c.size), value+v, tail)
	}
	for i := range queries {
		g.P("VBROADCASTSS %s, %s", weights.at(i, 0), g.r(weight+i%2))
		for v := range vectors {
			g.op("VFMADD231PS", value+v, weight+i%2, i*vectors+v)
		}
	}
}
