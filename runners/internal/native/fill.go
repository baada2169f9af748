package native

import (
	"sync"
	"unsafe"

	"joulemark/runners/internal/vector"
	"joulemark/workloads"
)

// Operands are made by the vectors of the instruction set where their law is uniform, else
// by package workloads. The values are the same. What a user waits for before the first
// product is mostly this: 32 sets of 512² in fp32 take 0.55 of the time (Zen 3).

// fillF32 is Tensor.FillF32.
func fillF32(ops *vector.Ops, t workloads.Tensor, seed uint64, set int, dst []float32, from uint64) {
	state, scale, ok := t.UniformStart(seed, set, from)
	round, known := rounding(ops, t.Type)
	if !ok || !known {
		t.FillF32(seed, set, dst, from)
		return
	}
	ops.Uniform(dst, state, scale)
	if round != nil {
		round(dst)
	}
}

// rounding is what fp32 must go through to be of type d, nil for nothing; not all types
// are known.
func rounding(ops *vector.Ops, d workloads.DType) (round func(x []float32), known bool) {
	switch d {
	case workloads.FP32:
		return nil, true
	case workloads.BF16:
		return ops.RoundBF16, true
	case workloads.FP16:
		return ops.RoundFP16, true
	}
	return nil, false
}

// fillBytes is Tensor.FillBytes.
func fillBytes(ops *vector.Ops, t workloads.Tensor, seed uint64, set int, dst []byte, from uint64) {
	state, scale, ok := t.UniformStart(seed, set, from)
	switch {
	case ok && t.Type == workloads.FP32:
		ops.Uniform(unsafe.Slice((*float32)(first(dst)), len(dst)/4), state, scale)
	case ok && t.Type == workloads.BF16:
		fillHalves(ops, ops.ToBF16, halves(dst), state, scale)
	case ok && t.Type == workloads.FP16:
		fillHalves(ops, ops.ToFP16, halves(dst), state, scale)
	default:
		t.FillBytes(seed, set, dst, from)
	}
}

func halves(b []byte) []uint16 { return unsafe.Slice((*uint16)(first(b)), len(b)/2) }

// A fillPiece is what fp32 pass through on their way to types of two bytes.
type fillPiece [1 << 10]float32

var fillPieces = sync.Pool{New: func() any { return new(fillPiece) }}

func fillHalves(ops *vector.Ops, narrow func(dst []uint16, src []float32), dst []uint16, state uint64, scale float64) {
	buffer := fillPieces.Get().(*fillPiece)
	for lo := 0; lo < len(dst); lo += len(buffer) {
		part := buffer[:min(len(buffer), len(dst)-lo)]
		ops.Uniform(part, workloads.UniformState(state, lo), scale)
		narrow(dst[lo:lo+len(part)], part)
	}
	fillPieces.Put(buffer)
}
