package engine

import "joulemark/workloads"

// An Operand is one tensor in all its sets, or what is made of it (a packed weight).
// A unit is any piece that one worker fills at a time, best about a tenth of a
// millisecond of work; Fill gives unit 0…Units-1 of a set its values and may run for
// different units at the same time. Use makes a set the one that steps see.
type Operand struct {
	Units int // of one set
	Fill  func(set, unit int)
	Use   func(set int)
}

// A Generator is one of the fills of workloads.Tensor, as a method expression.
type Generator[E Element] func(t workloads.Tensor, seed uint64, set int, dst []E, from uint64)

// fillUnit is the number of elements of a unit that Rotate fills.
const fillUnit = 1 << 16

// Rotate allocates t in every set of the arena and makes *data the set in use.
func Rotate[E Element](a *Arena, t workloads.Tensor, seed uint64, data *[]E, generate Generator[E]) Operand {
	n, stride := t.Len(), Stride[E](t.Len())
	all := AllocSets[E](a, n)
	set := func(s int) []E { return all[s*stride:][:n] }
	return Operand{
		Units: ceilDiv(n, fillUnit),
		Fill: func(s, unit int) {
			lo, hi := unit*fillUnit, min((unit+1)*fillUnit, n)
			generate(t, seed, s, set(s)[lo:hi], uint64(lo))
		},
		Use: func(s int) { *data = set(s) },
	}
}

// fillChunks bounds the chunks of filling: a million sets of a few bytes are not
// dealt out one by one.
const fillChunks = 1 << 12

// filling is the step that gives an operand its values in every set.
func (o Operand) filling(sets int) Step {
	total := o.Units * sets
	chunks := min(total, fillChunks)
	return Step{Name: "fill", Chunks: chunks, Do: func(_, chunk int) {
		for i := chunk * total / chunks; i < (chunk+1)*total/chunks; i++ {
			o.Fill(i/o.Units, i%o.Units)
		}
	}}
}

func ceilDiv(n, d int) int { return (n + d - 1) / d }
