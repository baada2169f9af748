package stablehlo

import (
	"fmt"
	"slices"

	"joulemark/workloads"
)

// Layer is the program of one transformer layer in prefill or decode, as
// runners/PROTOCOL.md defines it. The error says why there is none.
//
// What that page stores is converted to the declared type; everything between two
// stores is f32, the products' sums included: no dot rounds its result to 16 bits
// before the bias, the rotation or the residual is added.
//
// Decode overwrites the last entry of k_cache and v_cache and returns them as
// results 1 and 2, in the memory of the arguments.
func Layer(l workloads.Layer) (Program, error) {
	if err := checkLayer(l); err != nil {
		return Program{}, err
	}
	w := newWriter(l.WithDefaults())
	results := []value{w.layer()}
	var donated []int
	if w.Phase == workloads.Decode {
		results = append(results, w.args["k_cache"], w.args["v_cache"])
		donated = []int{w.position("k_cache"), w.position("v_cache")}
	}
	return Program{
		Text:   w.module(w.tensors, donated, results...),
		Inputs: w.tensors, Output: w.Type, OutputShape: []int{w.Batch, w.Tokens, w.Hidden}, Donated: donated,
	}, nil
}

func checkLayer(l workloads.Layer) error {
	if err := check(l, "", l.Technique); err != nil {
		return err
	}
	if l.Phase == workloads.Train {
		return errTrain
	}
	switch l.Type {
	case workloads.FP32, workloads.TF32, workloads.FP16, workloads.BF16:
		return checkAngles(l.WithDefaults())
	}
	return fmt.Errorf("no program for a layer in %s: use fp32, tf32, fp16 or bf16", l.Type)
}

// A writer writes one layer. Activations are matrices of one row a token.
type writer struct {
	builder
	workloads.Layer
	tensors []workloads.Tensor
	args    map[string]value // operands by name; absent ones are not in it
	element string           // of what is stored
	how     arithmetic
	rows    int // Batch x Tokens
	q, p    int // columns of all heads and of all key-value heads
}

func newWriter(l workloads.Layer) *writer {
	tensors := workloads.Tensors(l)
	return &writer{
		Layer: l, tensors: tensors, args: arguments(tensors),
		element: elements[l.Type], how: arithmeticOf(l.Type),
		rows: l.Batch * l.Tokens, q: l.Heads * l.HeadDim, p: l.KVHeads * l.HeadDim,
	}
}

// position is the place of an operand among the arguments.
func (w *writer) position(name string) int {
	return slices.IndexFunc(w.tensors, func(t workloads.Tensor) bool { return t.Name == name })
}

// layer is y, [Batch, Tokens, Hidden].
func (w *writer) layer() value {
	x := w.reshape(w.args["x"], w.rows, w.Hidden)
	a := w.attention(w.projections(w.preNorm("norm1", x)))
	h := w.postNorm("norm1", w.residual(x, a, "wo", "bo"))
	u := w.activation(w.preNorm("norm2", h))
	y := w.postNorm("norm2", w.residual(h, u, "wdown", "bdown"))
	return w.reshape(y, w.Batch, w.Tokens, w.Hidden)
}

// store rounds x to the declared type.
func (w *writer) store(x value) value { return w.convert(x, w.element) }

// linear is x times a weight plus its bias, if there is one; f32, not stored.
func (w *writer) linear(x value, weight, bias string) value {
	y := w.rowsDot(x, w.args[weight], product{left: 1, right: 0, how: w.how, out: "f32"})
	if b, ok := w.args[bias]; ok {
		y = w.perColumn("add", y, w.wide(b))
	}
	return y
}

// residual is [x + y weight + bias].
func (w *writer) residual(x, y value, weight, bias string) value {
	return w.store(w.binary("add", w.wide(x), w.linear(y, weight, bias)))
}
