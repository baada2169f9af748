package opencl

import (
	"fmt"
	"math"

	"joulemark/workloads"
)

// A layer is one transformer layer as its steps see it. Weights, cache and the
// tensors that a runner stores are in the declared type; queries, keys and values
// before their rotation and the gate of swiglu, which are not stored, in fp32.
type layer struct {
	workloads.Layer
	*context
	variant    variant
	operands   map[string]*operand
	list       []*operand
	rows, q, p int // Batch x Tokens; columns of all heads and of all key-value heads
	scratch    map[string]activation
	steps      []step
}

// An activation is a buffer that one step writes and a later one reads.
type activation struct{ memory }

// planLayer tunes the products on the largest of them and lays the weights out for
// what it finds.
func (c *context) planLayer(l workloads.Layer) (*Plan, error) {
	rows := l.Batch * l.Tokens
	found, err := c.tune(l.Type, shape{rows, l.FFN, l.Hidden})
	if err != nil {
		return nil, err
	}
	b := &layer{
		Layer: l, context: c, variant: found.variant, operands: map[string]*operand{}, scratch: map[string]activation{},
		rows: rows, q: l.Heads * l.HeadDim, p: l.KVHeads * l.HeadDim,
	}
	for _, t := range workloads.Tensors(l) {
		o := newOperand(t, b.panel(t))
		b.operands[t.Name] = o
		b.list = append(b.list, o)
	}
	var sizes []int64
	for _, s := range b.sizes() {
		sizes = append(sizes, s.bytes)
	}
	plan, err := c.count(b.list, sizes...)
	if err != nil {
		return nil, err
	}
	plan.prepare = b.prepare
	return plan, nil
}

// panel is the width of the panels of a weight; other tensors have none.
func (b *layer) panel(t workloads.Tensor) int {
	if len(t.Shape) == 2 {
		return b.variant.panel()
	}
	return 0
}

// A size is the name and the size of an activation.
type size struct {
	name  string
	bytes int64
}

func (b *layer) sizes() []size {
	stored, wide := int64(b.Type.StoredBytes(1)), int64(4)
	all := []size{
		{"qkv", b.cells(b.q+2*b.p) * wide}, {"q", b.cells(b.q) * stored},
		{"k", b.cells(b.p) * stored}, {"v", b.cells(b.p) * stored},
		{"attended", b.cells(b.q) * stored}, {"normed", b.cells(b.Hidden) * stored},
		{"middle", b.cells(b.Hidden) * stored}, {"hidden", b.cells(b.FFN) * stored}, {"out", b.cells(b.Hidden) * stored},
	}
	if b.Act == workloads.SwiGLU {
		all = append(all, size{"gate", b.cells(b.FFN) * wide})
	}
	if b.RopeTheta > 0 {
		all = append(all, size{"angles", int64(b.Tokens) * int64(b.HeadDim) * wide})
	}
	return all
}

func (b *layer) cells(columns int) int64 { return int64(b.rows) * int64(columns) }

func (b *layer) prepare(o Options) (*Task, error) {
	if err := b.upload(b.list, o); err != nil {
		return nil, err
	}
	for _, s := range b.sizes() {
		m, err := b.buffer(s.bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		b.scratch[s.name] = activation{memory(m)}
	}
	if err := b.build(); err != nil {
		return nil, err
	}
	return &Task{
		context: b.context, flow: newFlow(b.context), steps: b.steps, out: b.scratch["out"].memory,
		outType: b.storedType(), outputs: b.cells(b.Hidden),
		kernel: b.title(b.variant, "layer of "+b.variant.String()), used: b.libraries(),
	}, nil
}

// storedType is the type that tensors are stored in: tf32 keeps what fp32 holds,
// which is more than it must.
func (b *layer) storedType() workloads.DType {
	if b.Type == workloads.TF32 {
		return workloads.FP32
	}
	return b.Type
}

// build lists the layer: with the norm before each half, or after it.
func (b *layer) build() error {
	x := b.operands["x"]
	if b.Norm == workloads.LayerNormPost {
		return b.all(
			func() error { return b.attend(x) },
			func() error { return b.project("wo", "bo", b.scratch["attended"], "middle", epilogue{residual: x}) },
			func() error { return b.norm("norm1", b.scratch["middle"], "normed") },
			func() error { return b.feedForward() },
			func() error {
				return b.project("wdown", "bdown", b.scratch["hidden"], "middle", epilogue{residual: b.scratch["normed"]})
			},
			func() error { return b.norm("norm2", b.scratch["middle"], "out") },
		)
	}
	return b.all(
		func() error { return b.norm("norm1", x, "normed") },
		func() error { return b.attend(b.scratch["normed"]) },
		func() error { return b.project("wo", "bo", b.scratch["attended"], "middle", epilogue{residual: x}) },
		func() error { return b.norm("norm2", b.scratch["middle"], "normed") },
		func() error { return b.feedForward() },
		func() error {
			return b.project("wdown", "bdown", b.scratch["hidden"], "out", epilogue{residual: b.scratch["middle"]})
		},
	)
}

func (b *layer) all(parts ...func() error) error {
	for _, part := range parts {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// rotation angles of the tokens' positions, cosine and sine by turns: the first has
// position Context in prefill and Context-1 in decode.
func (b *layer) angles() []float32 {
	first := b.Context
	if b.Phase == workloads.Decode {
		first--
	}
	var list []float32
	for t := range b.Tokens {
		for j := range b.HeadDim / 2 {
			angle := float64(first+t) * math.Pow(b.RopeTheta, -2*float64(j)/float64(b.HeadDim))
			list = append(list, float32(math.Cos(angle)), float32(math.Sin(angle)))
		}
	}
	return list
}
