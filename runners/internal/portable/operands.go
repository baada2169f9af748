package portable

import "joulemark/workloads"

// An operand is one tensor in all its sets, one after the other in memory.
type operand struct {
	elements int // of one set
	use      func(set int)
	fill     func(set, lo, hi int)
}

// A generator is one of the fills of workloads.Tensor, as a method expression.
type generator[E any] func(t workloads.Tensor, seed uint64, set int, dst []E, from uint64)

// rotate allocates t in every set of the arena. use makes *data the chosen set;
// fill gives elements lo…hi-1 of a set their values.
func rotate[E any](a *arena, t workloads.Tensor, seed uint64, data *[]E, generate generator[E]) operand {
	n := t.Len()
	all := allocSets[E](a, n)
	return operand{
		elements: n,
		use:      func(set int) { *data = all[set*n : (set+1)*n] },
		fill: func(set, lo, hi int) {
			generate(t, seed, set, all[set*n+lo:set*n+hi], uint64(lo))
		},
	}
}

// fillChunk is the number of elements of a chunk of filling, about a tenth of a
// millisecond of work.
const fillChunk = 1 << 16

// filling is the step that gives an operand its values in every set.
func (o operand) filling(sets int) Step {
	total := o.elements * sets
	return Step{Name: "fill", Chunks: ceilDiv(total, fillChunk), Do: func(_, chunk int) {
		for at, end := chunk*fillChunk, min((chunk+1)*fillChunk, total); at < end; {
			set, lo := at/o.elements, at%o.elements
			hi := min(o.elements, lo+end-at)
			o.fill(set, lo, hi)
			at += hi - lo
		}
	}}
}
