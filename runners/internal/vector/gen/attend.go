package main

import (
	"fmt"

	"joulemark/runners/internal/asm"
)

// keysAhead is how many bytes before their use lines of keys are prefetched. Sixteen lanes do
// that for eight queries alone, eight lanes always: attention over 512 keys of 64 from memory, AVX2 on
// Zen 3, one worker, of the rate without, 1, 2, 4 queries: fp32 1.00-1.03, 1.00-1.08, 1.10, bf16
// 1.10, 1.13, 1.03-1.11; 512 B ahead 1.00-1.05, 4 KiB 0.98-1.04 (one query). Rejected: the values in place of
// the next keys, to the first or second level (one query 0.99-1.03 and 1.15-1.22, four 1.11-1.22 and
// 1.00), as it must be told where they lie; the next head's keys while values are summed
// (0.76-0.92, 1.04-1.12); pieces of 8…64 keys from both halves of the context in turn (0.8-1.0).
func (g *gen) keysAhead() int {
	if g.lanes() == 8 {
		return 2048
	}
	return 4096
}

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
//
// Keys come in the order of memory, so that the processor's own prefetching follows:
// one at a time in fp32, where loads of keys are half the work and more, else two,
// which share the loads of the queries. Eight queries take so long that lines are
// prefetched besides; see keysAhead. Rejected, in GB/s of one Zen 4 core that reads 29 (one
// query of 128 fp32, here 29): four keys at a time and lines prefetched 18, not prefetched
// 10, all sixteen of the tile 10; two at a time 11.
func (g *gen) scores(c cache, queries int) {
	n := g.lanes() / queries
	together, ahead := 2, queries == 8 || g.lanes() == 8
	if c.size == 4 && queries <= 4 {
		together = 1
	}
	keys := rows{[]string{"SI"}, "R10", "R11"}
	q := rows{first(queries, "AX", "BX"), "R12", "R13"}
	g.begin(fmt.Sprintf("scores%s%d", c.suffix, queries), fmt.Sprintf("is a scoresFn of %d keys a tile.", n), asm.Args("dst unsafe.Pointer",
		"dstStride int", "q unsafe.Pointer", "qStride int", "keys unsafe.Pointer", "keyStride int", "dim int", "n int"), "")
	if !c.narrow || g.narrowGroup == 1 {
		g.args("dim", "CX")
		g.P("ANDQ $%d, CX", g.lanes()-1)
		g.tailMask(g)
	}
	g.args("dst", "DX", "keys", "DI", "n", "R9")
	g.strides("keyStride", keys)
	g.strides("qStride", q)
	g.P("PCALIGN $32")
	g.Label("tile")
	g.zero(count(0, g.lanes())...)
	for from := 0; from < n; from += together {
		g.P("MOVQ DI, SI")
		if ahead {
			g.P("LEAQ %d(DI), R8", g.keysAhead())
		}
		g.args("q", "AX", "dim", "CX")
		g.follow(q)
		g.dimensions(c, keys, q, keyGroup{from, together, n, ahead}, queries)
		g.P("LEAQ (DI)(R10*%d), DI", together)
	}
	g.storeScores(queries)
	g.P("ADDQ $%d, DX", n*4)
	g.P("SUBQ $%d, R9", n)
	g.P("JGT tile")
	g.end()
}

// keyGroup is keys from…from+n of a tile of all; ahead prefetches their successors.
type keyGroup struct {
	from, n, all int
	ahead        bool
}

func count(from, n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = from + i
	}
	return list
}

// dimensions prints the loops over some rows: a cache line of each key a round, then a
// vector, then the tail.
func (g *gen) dimensions(c cache, keys, q rows, k keyGroup, queries int) {
	line := 64 / (g.lanes() * c.size) // vectors
	label := func(name string, i int) string { return fmt.Sprintf("%s%dof%d", name, i, k.from) }
	for vectors := line; vectors > 0; vectors = min(1, vectors-1) {
		elements := vectors * g.lanes()
		g.P("SUBQ $%d, CX", elements)
		g.P("JLT %s", label("end", vectors))
		if vectors == line || line > 2 { // else there is one at most
			g.Label(label("by", vectors))
		}
		for v := range vectors {
			g.scoreStep(c, keys, q, k, queries, v, false)
		}
		if vectors == line && k.ahead {
			for j := range k.n {
				g.P("PREFETCHT0 %d(R8)", 64*j)
			}
			g.P("ADDQ $%d, R8", 64*k.n)
		}
		g.add(keys, elements*c.size)
		g.add(q, elements*4)
		g.P("SUBQ $%d, CX", elements)
		if vectors == line || line > 2 {
			g.P("JGE %s", label("by", vectors))
		}
		g.Label(label("end", vectors))
		g.P("ADDQ $%d, CX", elements)
	}
	if c.narrow && g.narrowGroup > 1 {
		return
	}
	g.P("JZ %s", label("reduce", 0))
	g.scoreStep(c, keys, q, k, queries, 0, true)
	g.Label(label("reduce", 0))
}

// scoreStep multiplies one vector of every key with that of every query.
func (g *gen) scoreStep(c cache, keys, q rows, k keyGroup, queries, v int, tail bool) {
	query := g.lanes() // register
	for i := range queries {
		g.load(g, q.at(i, v*g.bytes), query+i, tail)
	}
	for j := range k.n {
		memory := keys.at(j, v*g.lanes()*c.size)
		if queries == 1 && !c.narrow && !tail {
			g.on("VFMADD231PS", memory, query, k.from+j)
			continue
		}
		key := query + max(queries, 4) + j%2
		c.load(g, memory, key, tail)
		for i := range queries {
			g.op("VFMADD231PS", key, query+i, i*k.all+k.from+j)
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
