package main

import (
	"fmt"

	"joulemark/runners/internal/asm"
)

// ahead is how many bytes before their use lines of keys and values are prefetched.
const ahead = 4096

// A cache is how keys and values are stored.
type cache struct {
	suffix string
	size   int // bytes of an element
	narrow bool
	load   func(g *gen, memory string, dst int, tail bool)
}

func (g *gen) attend() {
	for _, c := range []cache{{"", 4, false, g.load}, {"BF16", 2, true, g.loadBF16}} {
		for shift := range g.queries + 1 {
			g.scores(c, 1<<shift)
			g.gather(c, 1<<shift)
		}
		g.dot(c)
	}
}

// rows are addresses of consecutive rows: a base for each four, the stride and three
// times the stride in registers.
type rows struct {
	bases          []string
	stride, triple string
}

func (r rows) at(i, offset int) string {
	return fmt.Sprintf("%d(%s)%s", offset, r.bases[i/4], []string{"", "(" + r.stride + "*1)", "(" + r.stride + "*2)", "(" + r.triple + "*1)"}[i%4])
}

// strides loads the stride and makes its triple.
func (g *gen) strides(arg string, r rows) {
	g.P("MOVQ %s, %s", g.Arg(arg), r.stride)
	g.P("LEAQ (%s)(%s*2), %s", r.stride, r.stride, r.triple)
}

// follow sets the other bases from the first.
func (g *gen) follow(r rows) {
	for i := 1; i < len(r.bases); i++ {
		g.P("LEAQ (%s)(%s*4), %s", r.bases[i-1], r.stride, r.bases[i])
	}
}

func (g *gen) add(r rows, bytes int) {
	for _, b := range r.bases {
		g.P("ADDQ $%d, %s", bytes, b)
	}
}

func first(n int, bases ...string) []string { return bases[:(n+3)/4] }

// scores prints a tile of queries x keys = lanes sums: as many registers as there are
// lanes, each of which becomes one lane at the end, so that adding up the lanes takes
// three instructions a score and not eight.
func (g *gen) scores(c cache, queries int) {
	n := g.lanes() / queries
	keys := rows{first(n, "SI", "DI", "R8", "R9"), "R10", "R11"}
	q := rows{first(queries, "AX", "BX"), "R12", "R13"}
	g.begin(fmt.Sprintf("scores%s%d", c.suffix, queries), fmt.Sprintf("is a scoresFn of %d keys a tile.", n), asm.Args("dst unsafe.Pointer",
		"dstStride int", "q unsafe.Pointer", "qStride int", "keys unsafe.Pointer", "keyStride int", "dim int", "n int"), "")
	g.args("dim", "CX")
	if !c.narrow || g.narrowGroup == 1 {
		g.P("ANDQ $%d, CX", g.lanes()-1)
		g.tailMask(g)
	}
	g.args("dst", "DX", "keys", "R14")
	g.strides("keyStride", keys)
	g.strides("qStride", q)
	g.P("PCALIGN $32")
	g.Label("tile")
	g.P("MOVQ R14, SI")
	g.follow(keys)
	g.args("q", "AX", "dim", "CX")
	g.follow(q)
	g.zero(count(0, g.lanes())...)
	g.dimensions(c, keys, q, n, queries)
	g.storeScores(queries)
	g.P("ADDQ $%d, DX", n*4)
	g.P("LEAQ (R14)(R10*%d), R14", min(n, 8))
	if n > 8 {
		g.P("LEAQ (R14)(R10*8), R14")
	}
	g.P("SUBQ $%d, %s", n, g.Arg("n"))
	g.P("JGT tile")
	g.end()
}

func count(from, n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = from + i
	}
	return list
}

// dimensions prints the loops over one tile's rows: a cache line of each key a
// round, then a vector, then the tail.
func (g *gen) dimensions(c cache, keys, q rows, n, queries int) {
	line := 64 / (g.lanes() * c.size) // vectors
	for _, vectors := range []int{line, 1} {
		elements := vectors * g.lanes()
		g.P("SUBQ $%d, CX", elements)
		g.P("JLT end%d", vectors)
		g.Label(fmt.Sprintf("by%d", vectors))
		for v := range vectors {
			g.scoreStep(c, keys, q, n, queries, v, false)
			if v == 0 && vectors == line {
				for j := range n {
					g.P("PREFETCHT0 %s", keys.at(j, ahead))
				}
			}
		}
		g.add(keys, elements*c.size)
		g.add(q, elements*4)
		g.P("SUBQ $%d, CX", elements)
		g.P("JGE by%d", vectors)
		g.Label(fmt.Sprintf("end%d", vectors))
		g.P("ADDQ $%d, CX", elements)
		if line == 1 {
			break
		}
	}
	if c.narrow && g.narrowGroup > 1 {
		return
	}
	g.P("JZ reduce")
	g.scoreStep(c, keys, q, n, queries, 0, true)
	g.Label("reduce")
}

// scoreStep multiplies one vector of every key with that of every query.
func (g *gen) scoreStep(c cache, keys, q rows, n, queries, v int, tail bool) {
	query := g.lanes() // register
	for i := range queries {
		g.load(g, q.at(i, v*g.bytes), query+i, tail)
	}
	for j := range n {
		memory := keys.at(j, v*g.lanes()*c.size)
		if queries == 1 && !c.narrow && !tail {
			g.on("VFMADD231PS", memory, query, j)
			continue
		}
		key := query + max(queries, 4) + j%2
		c.load(g, memory, key, tail)
		for i := range queries {
			g.op("VFMADD231PS", key, query+i, i*n+j)
		}
	}
}

// storeScores makes lanes of the sums and gives each query its own.
func (g *gen) storeScores(queries int) {
	dst := rows{first(queries, "DX", "AX"), "BX", "CX"}
	g.strides("dstStride", dst)
	g.follow(dst)
	tmp := g.lanes()
	g.spread(g, g.dots(g, count(0, g.lanes()), tmp), tmp, queries, func(piece int) string { return dst.at(piece, 0) })
}

func (g *gen) dot(c cache) {
	g.begin("dot"+c.suffix, "is the product of one query and one key.", asm.Args("q unsafe.Pointer", "key unsafe.Pointer", "dim int"), "float32")
	g.args("q", "DI", "key", "SI", "dim", "CX")
	g.zero(8, 9)
	g.each(2, c.narrow, func(u int, tail bool) {
		g.load(g, g.operand("DI", 4, u), 2*u, tail)
		c.load(g, g.operand("SI", c.size, u), 2*u+1, tail)
		g.op("VFMADD231PS", 2*u, 2*u+1, 8+u)
	})
	g.total("VADDPS", 8, 9)
}
