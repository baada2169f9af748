// Package native computes workloads by the kernels of an instruction set: matrix
// products of package gemm, and around them the row operations of package vector.
// What it has no kernels for, package portable computes.
package native

import (
	"joulemark/runners/internal/engine"
	"joulemark/runners/internal/gemm"
	"joulemark/runners/internal/isa"
	"joulemark/workloads"
)

// A Target is what programs are made for.
type Target struct {
	Set    isa.Set
	Caches gemm.Caches
}

// Builder makes the program of a workload, or reports false where the target has no
// kernels for it.
func (t Target) Builder(w workloads.Workload) (engine.Build, bool) {
	if workloads.Validate(w) != nil {
		return nil, false // package portable says what is wrong with it
	}
	switch w := w.(type) {
	case workloads.Matmul:
		m := w.WithDefaults()
		return func(a *engine.Arena, o engine.Options) (*engine.Program, error) {
			return t.buildMatmul(a, m, o)
		}, t.multiplies(m)
	case workloads.Layer:
		l := w.WithDefaults()
		return func(a *engine.Arena, o engine.Options) (*engine.Program, error) {
			return t.buildLayer(a, l, o)
		}, t.layers(l)
	}
	return nil, false
}
