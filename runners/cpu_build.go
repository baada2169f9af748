package runners

import (
	"joulemark/runners/internal/ceiling"
	"joulemark/runners/internal/engine"
	"joulemark/runners/internal/isa"
	"joulemark/runners/internal/native"
	"joulemark/runners/internal/portable"
	"joulemark/workloads"
)

// build chooses what makes the program of w: the ceilings' own loops, kernels of the
// instruction set, or plain Go where there are none for it.
func (r cpuRunner) build(w workloads.Workload, set isa.Set) engine.Build {
	if ceiling.Is(w) {
		return ceiling.Builder(w, set)
	}
	if build, ok := (native.Target{Set: set, Caches: r.machine.caches}).Builder(w); ok {
		return build
	}
	return portable.Builder(w)
}

// sets is how many operand sets w rotates over. What is measured in a cache must stay
// there, so ceilings say themselves.
func (r cpuRunner) sets(w workloads.Workload, need engine.Need) (int, error) {
	sets, err := operandSets(need.SetBytes, need.RestBytes, r.machine.cacheBytes, r.machine.freeBytes())
	if err == nil && ceiling.Is(w) {
		sets = ceiling.Sets
	}
	return sets, err
}
