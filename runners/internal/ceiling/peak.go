package ceiling

import (
	"fmt"
	"unsafe"

	"joulemark/runners/internal/engine"
	"joulemark/runners/internal/isa"
	"joulemark/workloads"
)

// buildPeak makes one step of which every chunk is a tile of sums.
func buildPeak(a *engine.Arena, p workloads.Peak, set isa.Set, o engine.Options) (*engine.Program, error) {
	set, err := lowered(set, p.ISA)
	if err != nil {
		return nil, err
	}
	have := kernelsOf(set)
	k, ok := have.peak[p.Type]
	if !ok {
		return nil, fmt.Errorf("%w: %s has no multiply-add of %s: choose another type", ErrUnsupported, set, p.Type)
	}
	switch p.Type {
	case workloads.FP64:
		return peakOf[float64](a, p, k, o, workloads.Tensor.FillF64, widened[float64, float64]), nil
	case workloads.FP32:
		return peakOf[float32](a, p, k, o, workloads.Tensor.FillF32, widened[float32, float32]), nil
	case workloads.BF16:
		return peakOf[float32](a, p, k, o, workloads.Tensor.FillBF16, workloads.BF16Float), nil
	}
	return peakOf[int32](a, p, k, o, workloads.Tensor.FillI8, widened[int8, int32]), nil
}

func widened[E, S int8 | float32 | float64 | int32](e E) S { return S(e) }

// peakOf has sums of type S and operands of type E.
func peakOf[S, E engine.Element](a *engine.Arena, p workloads.Peak, k peakKernel, o engine.Options, fill engine.Generator[E], widen func(E) S) *engine.Program {
	tensors := workloads.Tensors(p)
	words := p.Words()
	var left, right []E
	var start []S
	sums := engine.Alloc[S](a, p.Chains())
	operands := []engine.Operand{
		engine.Rotate(a, tensors[1], o.Seed, &left, raised(k.offset, fill)),
		engine.Rotate(a, tensors[2], o.Seed, &right, fill),
		engine.Rotate(a, tensors[0], o.Seed, &start, func(t workloads.Tensor, seed uint64, set int, dst []S, from uint64) {
			narrow := make([]E, len(dst))
			fill(t, seed, set, narrow, from)
			surplus := surplus(p, seed, set, k.offset)
			for j, e := range narrow {
				dst[j] = widen(e) - S(surplus[(from+uint64(j))%uint64(words)])
			}
		}),
	}
	return &engine.Program{
		Kernel:   fmt.Sprintf("%s from registers, %d vectors of 64 bytes of sums", k.name, k.vectors),
		Operands: operands,
		Steps: []engine.Step{{Name: "peak", Chunks: workloads.PeakTiles, Do: func(_, chunk int) {
			for v := 0; v < workloads.PeakTile; v += k.vectors {
				at := (chunk*workloads.PeakTile + v) * words
				k.run(ptr(&sums[at]), ptr(&start[at]), ptr(&left[0]), ptr(&right[0]), p.Steps)
			}
		}}},
		Outputs: int64(p.Chains()),
		Value:   func(i int64) float64 { return float64(sums[i]) },
	}
}

// raised adds offset to every byte that fill gives, for instructions that take one
// operand as unsigned.
func raised[E engine.Element](offset int, fill engine.Generator[E]) engine.Generator[E] {
	return func(t workloads.Tensor, seed uint64, set int, dst []E, from uint64) {
		fill(t, seed, set, dst, from)
		for i := range dst {
			if offset != 0 {
				dst[i] += E(int8(offset)) // 128 wraps, as it should: the pattern is what counts
			}
		}
	}
}

// surplus is what raised operands add to each sum by the end: offset times all of b
// that it is multiplied by. Sums start so much lower, which costs nothing.
func surplus(p workloads.Peak, seed uint64, set, offset int) []int32 {
	all := make([]int32, p.Words())
	if offset == 0 {
		return all
	}
	b := workloads.Tensors(p)[2]
	for i := range b.Len() {
		all[i/p.Group()] += int32(offset * p.Steps * int(b.At(seed, set, uint64(i))))
	}
	return all
}

// vectorOf is one vector of words at p.
func vectorOf[S engine.Element](p ptr) []S {
	return unsafe.Slice((*S)(p), workloads.PeakVector/int(unsafe.Sizeof(*new(S))))
}
