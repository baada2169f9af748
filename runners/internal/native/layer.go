package native

import (
	"fmt"
	"math"
	"unsafe"

	"joulemark/runners/internal/engine"
	"joulemark/runners/internal/gemm"
	"joulemark/runners/internal/vector"
	"joulemark/workloads"
)

// chunksEach is how many chunks of attention each worker should have at least, to
// even out what they take.
const chunksEach = 4

// A layer is one transformer layer while it is built, and what its steps share.
//
// Activations that are stored lie as the workload defines it: fp32 in fp32 and tf32,
// else bf16, where the kernels read them; those of fp16 are rounded and lie as fp32. int8 has beside each input of a projection
// the same rows quantised. Between two stores everything is fp32. Weights are packed
// when they are filled; biases, gains and scales lie in fp32.
type layer struct {
	workloads.Layer
	target   Target
	arena    *engine.Arena
	workers  int
	seed     uint64
	tensors  map[string]workloads.Tensor
	operands []engine.Operand
	plans    []*gemm.Plan
	kernels  *gemm.Kernels // of the projections
	ops      *vector.Ops
	rows     int     // Batch x Tokens
	q, p     int     // columns of all heads and of all key-value heads
	scale    float32 // of scores: 1 / sqrt(HeadDim)

	x, normed, qkv, attended, middle, hidden, out *table
	lines                                         []twoLines // of each worker
}

// twoLines are a worker's scratch for a row of activations, twice.
type twoLines [2][]float32

// projectionTypes are what the kernels of a layer's projections multiply.
var projectionTypes = map[workloads.DType]gemm.Type{
	workloads.FP32: gemm.FP32,
	workloads.TF32: gemm.FP32, // kept as fp32, which is right too
	workloads.FP16: gemm.FP32, // kept as fp32, rounded where it is stored
	workloads.BF16: gemm.BF16,
	workloads.INT8: gemm.INT8,
}

// layers reports whether there are kernels for l.
func (t Target) layers(l workloads.Layer) bool {
	k, ok := projectionTypes[l.Type]
	return ok && workloads.Computable(l) == nil && gemm.For(t.Set, k) != nil && gemm.For(t.Set, gemm.FP32) != nil
}

// buildLayer makes the steps of l, for which layers has said yes.
func (t Target) buildLayer(a *engine.Arena, l workloads.Layer, o engine.Options) (*engine.Program, error) {
	b := t.newLayer(a, l, o)
	steps := b.steps()
	b.shareScratch()
	return &engine.Program{
		Operands: b.operands,
		Steps:    steps,
		Outputs:  int64(b.rows) * int64(l.Hidden),
		Value:    b.out.value,
		Kernel:   b.words(),
	}, nil
}

func (t Target) newLayer(a *engine.Arena, l workloads.Layer, o engine.Options) *layer {
	rows, q, p := l.Batch*l.Tokens, l.Heads*l.HeadDim, l.KVHeads*l.HeadDim
	b := &layer{
		Layer: l, target: t, arena: a, workers: o.Threads, seed: o.Seed, rows: rows, q: q, p: p,
		scale:   float32(1 / math.Sqrt(float64(l.HeadDim))),
		kernels: gemm.For(t.Set, projectionTypes[l.Type]).ForRows(rows), ops: vector.For(t.Set),
		tensors: map[string]workloads.Tensor{},
	}
	for _, t := range workloads.Tensors(l) {
		b.tensors[t.Name] = t
	}
	b.normed, b.attended, b.hidden = b.input(l.Hidden), b.input(q), b.input(l.FFN)
	b.qkv, b.middle, b.out = b.table(q+2*p), b.table(l.Hidden), b.table(l.Hidden)
	b.x = &table{ops: b.ops, narrow: b.narrow(), round: b.rounding(), cols: l.Hidden, bytes: b.quantised(l.Hidden)}
	b.rotateTable("x", b.x)
	for range b.workers {
		n := b.kernels.Padded(max(l.Hidden, q+2*p, l.FFN))
		b.lines = append(b.lines, twoLines{engine.Alloc[float32](a, n), engine.Alloc[float32](a, n)})
	}
	return b
}

// narrow reports whether what the layer stores is bf16.
func (b *layer) narrow() bool { return b.Type == workloads.BF16 || b.Type == workloads.INT8 }

func (b *layer) decodes() bool { return b.Phase == workloads.Decode }

// table allocates activations.
func (b *layer) table(cols int) *table {
	t := newTable(b.arena, b.ops, b.narrow(), b.rows, cols)
	t.round = b.rounding()
	return t
}

// rounding is what happens to what is stored in fp32 for a narrower type; nil: nothing.
func (b *layer) rounding() func(x []float32) {
	if b.Type == workloads.FP16 {
		return b.ops.RoundFP16
	}
	return nil
}

// input allocates activations that a projection reads.
func (b *layer) input(cols int) *table {
	t := b.table(cols)
	t.bytes = b.quantised(cols)
	return t
}

// rotateTable makes an operand of the stored type what t holds.
func (b *layer) rotateTable(name string, t *table) {
	if t.narrow {
		b.operands = append(b.operands, engine.Rotate(b.arena, b.tensors[name], b.seed, &t.halves, b.fillBF16))
		return
	}
	b.operands = append(b.operands, engine.Rotate(b.arena, b.tensors[name], b.seed, &t.singles, b.fillF32))
}

func (b *layer) fillF32(t workloads.Tensor, seed uint64, set int, dst []float32, from uint64) {
	fillF32(b.ops, t, seed, set, dst, from)
}

func (b *layer) fillBF16(t workloads.Tensor, seed uint64, set int, dst []uint16, from uint64) {
	fillBytes(b.ops, t, seed, set, unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(dst))), 2*len(dst)), from)
}

// cache is the keys or the values of the past.
func (b *layer) cache(name string) *table {
	t := &table{ops: b.ops, narrow: b.narrow(), round: b.rounding(), cols: b.HeadDim}
	b.rotateTable(name, t)
	return t
}

// vector is a rotating operand in fp32: gains and biases of norms.
func (b *layer) vector(name string) *[]float32 {
	v := new([]float32)
	b.operands = append(b.operands, engine.Rotate(b.arena, b.tensors[name], b.seed, v, b.fillF32))
	return v
}

// shareScratch gives all products the same scratch, since they run one after the
// other.
func (b *layer) shareScratch() {
	most := 0
	for _, p := range b.plans {
		most = max(most, p.ScratchBytes())
	}
	memory := engine.Alloc[byte](b.arena, most)
	for _, p := range b.plans {
		p.SetScratch(first(memory))
	}
}

// words is the column kernel: that of the last product, which the others resemble, and
// of attention.
func (b *layer) words() string {
	words := fmt.Sprintf("%s, weights packed once, fused epilogues; attention %s", b.plans[len(b.plans)-1], b.attentionWords())
	switch b.Type {
	case workloads.TF32:
		words += "; tf32 kept as fp32"
	case workloads.FP16:
		words += "; fp16 kept as fp32, rounded where it is stored"
	}
	return words
}
