package cblas

import (
	"joulemark/runners/internal/dl"
	"joulemark/runners/internal/engine"
	"joulemark/workloads"
)

// A rounder makes bf16 results of fp32 sums, to nearest even.
type rounder interface {
	round()
	close()
}

// newRounder is the rounder that a method needs, from sums to out; nil for none.
func (l *Library) newRounder(m method, sums []float32, out []uint16, threads int) (rounder, error) {
	switch m.rounding {
	case "":
		return nil, nil
	case ownRounding:
		return newPoolRounder(sums, out, threads), nil
	}
	function, err := l.loaded.Symbol(l.prefix + m.rounding)
	return newLibraryRounder(function, sums, out), err
}

// A libraryRounder calls cblas_sbstobf16(n, in, 1, out, 1) of OpenBLAS.
type libraryRounder struct {
	function uintptr
	calls    [][]uintptr
}

// mostElements bounds one call, whose count is an int.
const mostElements = 1 << 30

func newLibraryRounder(function uintptr, sums []float32, out []uint16) *libraryRounder {
	r := &libraryRounder{function: function}
	for lo := 0; lo < len(sums); lo += mostElements {
		r.calls = append(r.calls, []uintptr{uintptr(min(len(sums)-lo, mostElements)), at(&sums[lo]), 1, at(&out[lo]), 1})
	}
	return r
}

func (r *libraryRounder) round() {
	for _, args := range r.calls {
		dl.Call(r.function, args...)
	}
}

func (*libraryRounder) close() {}

// A poolRounder rounds on as many threads as the library has.
type poolRounder struct {
	pool *engine.Pool
	step engine.Step
}

// chunkElements take some 20 µs, so that waking a thread for one is worth it.
const chunkElements = 1 << 15

func newPoolRounder(sums []float32, out []uint16, threads int) *poolRounder {
	chunks := (len(sums) + chunkElements - 1) / chunkElements
	step := engine.Step{Name: "round", Chunks: chunks, Do: func(_, chunk int) {
		lo, hi := chunk*chunkElements, min((chunk+1)*chunkElements, len(sums))
		roundBF16(out[lo:hi], sums[lo:hi])
	}}
	return &poolRounder{engine.NewPool(min(threads, chunks)), step}
}

func roundBF16(dst []uint16, src []float32) {
	for i, v := range src {
		dst[i] = workloads.BF16Bits(v)
	}
}

func (r *poolRounder) round() { r.pool.Run(&r.step) }
func (r *poolRounder) close() { r.pool.Close() }
