package portable

import (
	"joulemark/runners/internal/engine"
	"joulemark/workloads"
)

// project multiplies rows of activations by a weight, adds its bias if it has
// one, and hands the result through what follows, row part by row part, while it
// is still in the cache. The last of then keeps it.
func (b *layer) project(weight string, in *Dense[float32], then ...Store[float32]) []engine.Step {
	if t, ok := b.tensors["b"+weight[1:]]; ok {
		then = append([]Store[float32]{b.plusVector(t.Name)}, then...)
	}
	store := func(i, lo int, v []float32) {
		for _, f := range then {
			f(i, lo, v)
		}
	}
	if b.Type == workloads.INT8 {
		return b.projectInt8(weight, in, store)
	}
	shape := b.tensors[weight].Shape
	p := &Product[float32]{M: b.rows, K: shape[0], N: shape[1], A: in, B: b.weight(weight), Store: store}
	return []engine.Step{p.Step(b.arena, weight, b.workers)}
}

// weight is a rotating operand in the type of what is stored, as a matrix with rows
// of its last dimension.
func (b *layer) weight(name string) Table {
	t := b.tensors[name]
	stride := t.Shape[len(t.Shape)-1]
	if format, ok := halves[b.Stored()]; ok {
		d := &Half{Stride: stride, half: format}
		b.operands = append(b.operands, engine.Rotate(b.arena, t, b.seed, &d.Data, format.fill))
		return d
	}
	d := &Dense[float32]{Stride: stride}
	b.rotateVector(name, &d.Data)
	return d
}

// rotateVector makes *data a rotating operand in float32.
func (b *layer) rotateVector(name string, data *[]float32) {
	b.operands = append(b.operands, engine.Rotate(b.arena, b.tensors[name], b.seed, data, workloads.Tensor.FillF32))
}

// vector is a rotating operand in float32: biases, gains.
func (b *layer) vector(name string) *[]float32 {
	v := new([]float32)
	b.rotateVector(name, v)
	return v
}

func (b *layer) plusVector(name string) Store[float32] {
	bias := b.vector(name)
	return func(_, lo int, v []float32) { axpy(v, 1, (*bias)[lo:lo+len(v)]) }
}

func (b *layer) plusRows(d *Dense[float32]) Store[float32] {
	return func(i, lo int, v []float32) { axpy(v, 1, d.Row(i, lo, lo+len(v), nil)) }
}

// copyTo keeps a part of a row in d as it is.
func copyTo(d *Dense[float32]) Store[float32] {
	return func(i, lo int, v []float32) { copy(d.Data[i*d.Stride+lo:], v) }
}

// keep keeps a part of a row in d, rounded to the type of what is stored.
func (b *layer) keep(d *Dense[float32]) Store[float32] {
	format, ok := halves[b.Stored()]
	if !ok {
		return copyTo(d)
	}
	return func(i, lo int, v []float32) {
		row := d.Data[i*d.Stride+lo:][:len(v)]
		for j, x := range v {
			row[j] = format.value(format.bits(x))
		}
	}
}
