package native

import (
	"slices"

	"joulemark/runners/internal/engine"
	"joulemark/workloads"
)

// steps lists the layer: with the norm before each half, or after it.
func (b *layer) steps() []engine.Step {
	if b.Norm == workloads.LayerNormPost {
		return slices.Concat(
			b.quantise("quantise x", b.x),
			b.attention(b.x),
			b.project("wo", b.attended, b.x.plus(), b.middle.keep()),
			b.norm("norm1", b.middle, b.normed),
			b.feedForward(b.normed),
			b.project("wdown", b.hidden, b.normed.plus(), b.middle.keep()),
			b.norm("norm2", b.middle, b.out),
		)
	}
	return slices.Concat(
		b.norm("norm1", b.x, b.normed),
		b.attention(b.normed),
		b.project("wo", b.attended, b.x.plus(), b.middle.keep()),
		b.norm("norm2", b.middle, b.normed),
		b.feedForward(b.normed),
		b.project("wdown", b.hidden, b.middle.plus(), b.out.keep()),
	)
}

// attention is the projection to queries, keys and values of in, their rotation and
// the attention itself, into attended.
func (b *layer) attention(in *table) []engine.Step {
	attend := b.attendPrefill
	if b.decodes() {
		attend = b.attendDecode
	}
	if b.RopeTheta == 0 {
		return slices.Concat(b.project("wqkv", in, b.qkv.keep()), attend(), b.quantise("quantise attended", b.attended))
	}
	raw := newTable(b.arena, b.ops, false, b.rows, b.qkv.cols)
	return slices.Concat(b.project("wqkv", in, raw.keep()), b.rotateQK(raw), attend(), b.quantise("quantise attended", b.attended))
}

// feedForward is the first half of the feed-forward part of in, into hidden.
func (b *layer) feedForward(in *table) []engine.Step {
	up := b.projectGated
	if b.Act != workloads.SwiGLU {
		up = b.projectGELU
	}
	return slices.Concat(up(in), b.quantise("quantise hidden", b.hidden))
}

// projectGELU is hidden = gelu(in wup + bup), in the declared form.
func (b *layer) projectGELU(in *table) []engine.Step {
	gelu := b.ops.GELUTanh
	if b.Act == workloads.GELUErf {
		gelu = b.ops.GELUErf
	}
	return b.project("wup", in, func(_, _, _ int, v []float32) { gelu(v) }, b.hidden.keep())
}

// projectGated is hidden = silu(in wgate + bgate) (in wup + bup). Each panel of the
// weight is half gate and half up, so that what must meet lies in one strip. Rejected:
// two products, with the gate kept in fp32 until up meets it, which moves three times
// what hidden is through memory.
func (b *layer) projectGated(in *table) []engine.Step {
	w := b.weave("wgate", "wup")
	half := w.share
	return b.multiply("wgate wup", w, in, func(worker, row, col int, v []float32) {
		gate, up := b.lines[worker][0][:0], b.lines[worker][1][:0]
		for ; len(v) >= 2*half; v = v[2*half:] {
			gate, up = append(gate, v[:half]...), append(up, v[half:2*half]...)
		}
		col /= 2
		n := min(len(up), b.FFN-col) // the last panel has columns beyond
		b.ops.MulSiLU(up[:n], gate[:n])
		b.hidden.put(row, col, up[:n])
	})
}
