package portable

import (
	"fmt"

	"joulemark/runners/internal/engine"
	"joulemark/workloads"
)

// A layer is one transformer layer as its steps see it. Weights and cache lie in
// the declared type and are expanded when read. Vectors and activations lie in
// float32; those of an fp16 or bf16 layer are rounded to it where the reference of
// package workloads says that a runner stores them: normed input; queries, keys and
// values after their rotation; attention; both residual sums; the activation
// between the products of the feed-forward. Arithmetic between is fp32, that of
// norms, exp, tanh and erf fp64. A tf32 layer has tf32 weights and cache, and is
// computed in fp32. An int8 layer is one of bf16 whose projections are those of int8.go.
type layer struct {
	workloads.Layer
	arena    *engine.Arena
	workers  int
	seed     uint64
	tensors  map[string]workloads.Tensor
	operands []engine.Operand
	rows     int // Batch x Tokens
	q, p     int // columns of all heads and of all key-value heads

	x                                     *Dense[float32]
	normed, qkv, attended, middle, hidden *Dense[float32]
	out                                   *Dense[float32]
	quantised                             quantisedRows // of int8 alone
}

func buildLayer(a *engine.Arena, l workloads.Layer, o engine.Options) (*engine.Program, error) {
	if err := layerSupported(l); err != nil {
		return nil, err
	}
	return newLayer(a, l, o).program(), nil
}

func (b *layer) program() *engine.Program {
	steps := b.steps() // fills operands
	return &engine.Program{
		Operands: b.operands,
		Steps:    steps,
		Outputs:  int64(b.rows) * int64(b.Hidden),
		Value:    func(i int64) float64 { return float64(b.out.Data[i]) },
		Kernel:   kernelName(string(b.Type) + " weights, " + b.sums() + " sums"),
	}
}

func layerSupported(l workloads.Layer) error {
	switch {
	case l.Phase == workloads.Train:
		return fmt.Errorf("%w: train, which is computed by no runner of this version; it does prefill and decode", ErrUnsupported)
	case !l.Type.InLayer():
		return fmt.Errorf("%w: layers in %s; it does fp32, tf32, fp16, bf16 and int8", ErrUnsupported, l.Type)
	case l.Technique != "":
		return fmt.Errorf("%w: technique %s; it does plain layers", ErrUnsupported, l.Technique)
	}
	return nil
}

func newLayer(a *engine.Arena, l workloads.Layer, o engine.Options) *layer {
	rows, q, p := l.Batch*l.Tokens, l.Heads*l.HeadDim, l.KVHeads*l.HeadDim
	b := &layer{
		Layer: l, arena: a, workers: o.Threads, seed: o.Seed, rows: rows, q: q, p: p,
		tensors:  map[string]workloads.Tensor{},
		normed:   table(a, rows, l.Hidden),
		qkv:      table(a, rows, q+2*p),
		attended: table(a, rows, q),
		middle:   table(a, rows, l.Hidden),
		hidden:   table(a, rows, l.FFN),
		out:      table(a, rows, l.Hidden),
	}
	for _, t := range workloads.Tensors(l) {
		b.tensors[t.Name] = t
	}
	b.x = &Dense[float32]{Stride: l.Hidden}
	b.rotateVector("x", &b.x.Data)
	if l.Type == workloads.INT8 {
		b.quantised = newQuantisedRows(a, rows, max(l.Hidden, q, l.FFN), max(l.Hidden, q+2*p, l.FFN))
	}
	return b
}

// sums is the type in which products of the projections are summed.
func (b *layer) sums() string {
	if b.Type == workloads.INT8 {
		return "exact fp64"
	}
	return "fp32"
}

// steps lists the layer: with the norm before each half, or after it.
func (b *layer) steps() []engine.Step {
	if b.Norm == workloads.LayerNormPost {
		return b.list(
			b.attention(b.x),
			b.project("wo", b.attended, b.plusRows(b.x), b.keep(b.middle)),
			b.norm("norm1", b.middle, b.normed),
			b.feedForward(b.normed),
			b.project("wdown", b.hidden, b.plusRows(b.normed), b.keep(b.middle)),
			b.norm("norm2", b.middle, b.out),
		)
	}
	return b.list(
		b.norm("norm1", b.x, b.normed),
		b.attention(b.normed),
		b.project("wo", b.attended, b.plusRows(b.x), b.keep(b.middle)),
		b.norm("norm2", b.middle, b.normed),
		b.feedForward(b.normed),
		b.project("wdown", b.hidden, b.plusRows(b.middle), b.keep(b.out)),
	)
}

func (b *layer) list(parts ...[]engine.Step) []engine.Step {
	var all []engine.Step
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// attention is the projection to queries, keys and values of in, their rotation
// and the attention itself, into attended.
func (b *layer) attention(in *Dense[float32]) []engine.Step {
	if b.RopeTheta == 0 {
		return b.list(b.project("wqkv", in, b.keep(b.qkv)), b.attend())
	}
	return b.list(b.project("wqkv", in, copyTo(b.qkv)), b.rotateQK(), b.attend())
}

// feedForward is the first half of the feed-forward part of in, into hidden.
func (b *layer) feedForward(in *Dense[float32]) []engine.Step {
	if b.Act == workloads.SwiGLU {
		return b.list(
			b.project("wgate", in, copyTo(b.hidden)),
			b.project("wup", in, b.timesSilu(b.hidden), b.keep(b.hidden)),
		)
	}
	return b.project("wup", in, b.gelu(), b.keep(b.hidden))
}
