package portable

import (
	"joulemark/runners/internal/engine"
	"joulemark/workloads"
)

// A half is a number format of two bytes.
type half struct {
	fill   engine.Generator[uint16]
	bits   func(float32) uint16              // nearest pattern
	value  func(uint16) float32              // exactly
	expand func(dst []float32, src []uint16) // value of each
}

var (
	fp16 = half{workloads.Tensor.FillFP16, workloads.FP16Bits, workloads.FP16Float, expandFP16}
	bf16 = half{workloads.Tensor.FillBF16, workloads.BF16Bits, workloads.BF16Float, expandBF16}

	halves = map[workloads.DType]half{workloads.FP16: fp16, workloads.BF16: bf16}
)

func expandFP16(dst []float32, src []uint16) {
	for j, bits := range src {
		dst[j] = workloads.FP16Float(bits)
	}
}

func expandBF16(dst []float32, src []uint16) {
	for j, bits := range src {
		dst[j] = workloads.BF16Float(bits)
	}
}

// Half is a row-major matrix of patterns of two bytes.
type Half struct {
	Data   []uint16
	Stride int
	half   half
}

// Row expands, exactly.
func (h *Half) Row(i, lo, hi int, buf []float32) []float32 {
	buf = buf[:hi-lo]
	h.half.expand(buf, h.Data[i*h.Stride+lo:i*h.Stride+hi])
	return buf
}

// Set stores v, rounded, as the beginning of row i.
func (h *Half) Set(i int, v []float32) {
	row := h.Data[i*h.Stride:][:len(v)]
	for j, x := range v {
		row[j] = h.half.bits(x)
	}
}

// rows is an empty matrix of the format, and where its patterns go.
func (h half) rows(stride int) (Rows[float32], *[]uint16) {
	m := &Half{Stride: stride, half: h}
	return m, &m.Data
}
