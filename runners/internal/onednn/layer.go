package onednn

import (
	"strings"

	"joulemark/workloads"
)

// A layer is a transformer layer being built: sizes, and places of what the steps
// hand on.
//
// Stored tensors have the declared type; what lies between two stores is fp32.
// Primitives that mix types are taken only where the library has fast kernels for
// them, and reorders convert elsewhere.
type layer struct {
	*Task
	w       workloads.Layer
	kind    dataType // declared
	tensors map[string]workloads.Tensor
	rows    int64 // tokens of all sequences
	hidden, queries, keys, ffn,
	batch, tokens, context,
	dim, groups, kv int64 // head dimension; query heads a key-value head; key-value heads
}

func (t *Task) layer(w workloads.Layer) {
	if w.Type != workloads.FP32 && w.Type != workloads.BF16 && w.Type != workloads.FP16 || w.Phase == workloads.Train || w.Technique != "" {
		t.refuse("%s layer in %s as it is defined here", strings.TrimSpace(string(w.Type)+" "+string(w.Technique)), w.Phase)
		return
	}
	l := newLayer(t, w)
	l.regroup()
	x := t.matrix(t.whole(l.tensors["x"]), l.rows, l.hidden)
	a := l.attention(l.before(x, "norm1"))
	h := l.after(a, "wo", "bo", x, "norm1", nil)
	u := l.feedForward(l.before(h, "norm2"))
	t.length, t.output = l.rows*l.hidden, t.buffer(l.kind, l.rows*l.hidden)
	l.after(u, "wdown", "bdown", h, "norm2", t.output)
	t.remarks = append(t.remarks, "layer of fused primitives, weights packed")
	if l.groups > 1 {
		t.remarks = append(t.remarks, "query heads regrouped")
	}
}

func newLayer(t *Task, w workloads.Layer) *layer {
	l := &layer{
		Task: t, w: w, kind: dataTypes[w.Type], tensors: map[string]workloads.Tensor{},
		batch: int64(w.Batch), tokens: int64(w.Tokens), context: int64(w.Context), hidden: int64(w.Hidden), ffn: int64(w.FFN),
		dim: int64(w.HeadDim), kv: int64(w.KVHeads), groups: int64(w.Heads / w.KVHeads),
	}
	l.rows, l.queries, l.keys = l.batch*l.tokens, l.dim*int64(w.Heads), l.dim*l.kv
	for _, tensor := range workloads.Tensors(w) {
		l.tensors[tensor.Name] = tensor
	}
	return l
}

// regroup orders the query heads so that those which share a key-value head lie
// kv heads apart: as [groups, kv, dim] and not [kv, groups, dim]. Then the groups of
// a token are further rows of one batched product. It costs nothing when it is
// done to the columns of wqkv and the rows of wo, while they are repacked.
func (l *layer) regroup() {
	if l.groups == 1 {
		return
	}
	var order []int
	for position := range int(l.groups * l.kv) {
		group, head := position/int(l.kv), position%int(l.kv)
		order = append(order, head*int(l.groups)+group)
	}
	l.arranged[l.tensors["wo"].Index] = arrangement{int(l.dim * l.hidden), order}
	for range 2 * l.kv { // keys and values stay where they are
		order = append(order, len(order))
	}
	l.arranged[l.tensors["wqkv"].Index] = arrangement{int(l.dim), order}
	if l.w.Bias {
		l.arranged[l.tensors["bqkv"].Index] = arrangement{int(l.dim), order}
	}
}

// before is the norm that comes before a sublayer.
func (l *layer) before(x place, norm string) place {
	if l.w.Norm == workloads.LayerNormPost {
		return x
	}
	return l.norm(x, norm, l.buffer(l.kind, l.rows*l.hidden))
}

// after is what ends a sublayer: src weights + bias + residual, then the norm where
// it comes after. The result goes to `to`, nil for a new buffer.
func (l *layer) after(src place, weights, bias string, residual place, norm string, to *storage) place {
	if to == nil {
		to = l.buffer(l.kind, l.rows*l.hidden)
	}
	sum := to
	if l.w.Norm == workloads.LayerNormPost {
		sum = l.buffer(l.kind, l.rows*l.hidden)
	}
	dst := l.matrix(sum, l.rows, l.hidden)
	l.through(src, weights, bias, 0, l.hidden, dst, plus(residual))
	if l.w.Norm == workloads.LayerNormPost {
		return l.norm(dst, norm, to)
	}
	return dst
}

// through adds dst = post(src weights + bias) with columns of a weight matrix.
func (l *layer) through(src place, weights, bias string, from, columns int64, dst place, post ...fused) {
	l.linear(src, l.tensors[weights], from, columns, l.bias(bias, from, columns), dst, post...)
}

// bias is a part of a bias in fp32, which holds every type; none where the layer
// has none.
func (l *layer) bias(name string, from, columns int64) place {
	t, present := l.tensors[name]
	if !present {
		return place{}
	}
	return l.repacked(t, from, columns, l.describe(f32, []int64{1, columns}, []int64{columns, 1}))
}

// feedForward is [act(m wup + bup)], or [silu(m wgate + bgate) (m wup + bup)] with
// the gate in fp32.
func (l *layer) feedForward(m place) place {
	u := l.matrix(l.buffer(l.kind, l.rows*l.ffn), l.rows, l.ffn)
	up := func(post fused) {
		l.through(m, "wup", "bup", 0, l.ffn, u, post)
	}
	switch l.w.Act {
	case workloads.SwiGLU:
		gate := l.matrix(l.buffer(f32, l.rows*l.ffn), l.rows, l.ffn)
		l.through(m, "wgate", "bgate", 0, l.ffn, gate, apply(swish, 1, 0))
		up(times(gate))
	case workloads.GELUErf:
		up(apply(geluErf, 0, 0))
	default:
		up(apply(geluTanh, 0, 0))
	}
	return u
}
