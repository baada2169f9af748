package native

import (
	"encoding/binary"
	"unsafe"

	"joulemark/runners/internal/gemm"
	"joulemark/runners/internal/vector"
	"joulemark/workloads"
)

// A widening makes elements that a kernel takes of stored ones that none takes.
type widening struct {
	bytes int // of an element made
	apply func(ops *vector.Ops, dst, src []byte)
}

// Every number of these formats is one of the wider.
var (
	fp16ToFP32 = &widening{4, func(ops *vector.Ops, dst, src []byte) {
		n := len(src) / 2
		ops.FromFP16(unsafe.Slice((*float32)(first(dst)), n), unsafe.Slice((*uint16)(first(src)), n))
	}}
	e4m3ToBF16 = bytesToBF16(workloads.FP8E4M3)
	e5m2ToBF16 = bytesToBF16(workloads.FP8E5M2)
)

// bytesToBF16 looks patterns of one byte up in a table.
func bytesToBF16(d workloads.DType) *widening {
	var table [256]uint16
	for pattern := range table {
		table[pattern] = workloads.BF16Bits(float32(workloads.FromBits(d, uint32(pattern))))
	}
	return &widening{2, func(_ *vector.Ops, dst, src []byte) {
		for i, pattern := range src {
			binary.LittleEndian.PutUint16(dst[2*i:], table[pattern])
		}
	}}
}

// int4Piece generates weights of four bits times their scales, rounded to bf16.
func int4Piece(weights, scales workloads.Tensor, seed uint64) piece {
	columns := weights.Shape[1]
	return func(set, row, col int, dst []byte, scratch *[]byte) {
		n := len(dst) / 2
		buffer := resized(scratch, 3*n)
		q, s := buffer[:n], buffer[n:]
		weights.FillBytes(seed, set, q, uint64(row*columns+col))
		scales.FillBytes(seed, set, s, uint64(row/workloads.Int4Group*columns+col))
		for i, w := range q {
			scale := workloads.BF16Float(binary.LittleEndian.Uint16(s[2*i:]))
			binary.LittleEndian.PutUint16(dst[2*i:], workloads.BF16Bits(float32(int8(w))*scale))
		}
	}
}

// elementBytes is the size of an element of A and B.
func elementBytes(t gemm.Type) int {
	return [...]int{gemm.FP64: 8, gemm.FP32: 4, gemm.BF16: 2, gemm.INT8: 1}[t]
}
