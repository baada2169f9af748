package native

import (
	"math"
	"unsafe"

	"joulemark/runners/internal/engine"
	"joulemark/runners/internal/gemm"
	"joulemark/workloads"
)

// A weave is the columns of one or two weights of the same shape as one weight B: of
// one as they are; of two, each panel has its half of columns of the first and then
// as many of the second, with zeros where the last half panels are not full.
type weave struct {
	b     *layer
	names []string
	k     int // rows
	each  int // columns of one weight
	share int // columns of a panel that belong to one weight
	n     int // columns of B
}

func (b *layer) weave(names ...string) *weave {
	shape := b.tensors[names[0]].Shape
	w := &weave{b: b, names: names, k: shape[0], each: shape[1], share: b.kernels.Columns() / len(names), n: shape[1]}
	if len(names) > 1 {
		w.n = ceilDiv(w.each, w.share) * w.share * len(names)
	}
	return w
}

// piece generates columns of a row of B: a panel's.
func (w *weave) piece() piece {
	bytes := elementBytes(w.b.kernels.Type)
	return func(set, row, col int, dst []byte, _ *[]byte) {
		lo := col / len(w.names)
		hi := min(lo+w.share, w.each)
		for i, name := range w.names {
			to := dst[i*w.share*bytes:][:(hi-lo)*bytes]
			from := uint64(row*w.each + lo)
			if w.b.Type == workloads.FP16 { // as the kernels take it
				fillF32(w.b.ops, w.b.tensors[name], w.b.seed, set, unsafe.Slice((*float32)(first(to)), hi-lo), from)
				continue
			}
			fillBytes(w.b.ops, w.b.tensors[name], w.b.seed, set, to, from)
		}
	}
}

// weight makes B an operand, packed when it is filled.
func (w *weave) weight(use func(gemm.Packed)) {
	w.b.operands = append(w.b.operands, packedOperand(w.b.arena, w.b.kernels, w.k, w.n, w.piece(), use))
}

// vector makes a row of B's columns an operand in fp32: the biases or the scales that
// go with the weights. Zeros fill it up to whole panels. The names are what tensor
// makes of those of the weights, and shift divides by a power of two.
func (w *weave) vector(tensor func(weight string) string, shift int, use func([]float32)) {
	n := w.b.kernels.Padded(w.n)
	all, stride := engine.AllocSets[float32](w.b.arena, n), engine.Stride[float32](n)
	w.b.operands = append(w.b.operands, engine.Operand{
		Units: 1,
		Fill: func(set, _ int) {
			for i, name := range w.names {
				w.spread(all[set*stride:][:n], i, w.b.tensors[tensor(name)], set, shift)
			}
		},
		Use: func(set int) { use(all[set*stride:][:n]) },
	})
}

// spread puts the elements of t where the columns of weight i are.
func (w *weave) spread(dst []float32, i int, t workloads.Tensor, set, shift int) {
	v := make([]float32, w.each)
	t.FillF32(w.b.seed, set, v, 0)
	for j, x := range v {
		dst[j/w.share*w.share*len(w.names)+i*w.share+j%w.share] = float32(math.Ldexp(float64(x), -shift))
	}
}

func biasName(weight string) string  { return "b" + weight[1:] }
func scaleName(weight string) string { return weight + "_scale" }
