package native

import (
	"unsafe"

	"joulemark/runners/internal/engine"
	"joulemark/runners/internal/gemm"
	"joulemark/workloads"
)

// project multiplies rows of activations by a weight, adds its bias if it has one, and
// hands each strip of the result through what follows while it is in the first-level
// cache.
func (b *layer) project(weight string, in *table, then ...stage) []engine.Step {
	return b.multiply(weight, b.weave(weight), in, then...)
}

// A projection is one product of a layer.
type projection struct {
	*layer
	in     *table
	packed gemm.Packed
	scales []float32 // of the columns of an int8 weight
	bias   []float32 // that is added to its sums
	then   []stage
	plan   *gemm.Plan
}

// multiply is the step of in times the columns of w.
func (b *layer) multiply(name string, w *weave, in *table, then ...stage) []engine.Step {
	p := &projection{layer: b, in: in, then: then}
	product := gemm.Product{M: b.rows, N: w.n, K: w.k, LDA: in.stride(), Packed: &p.packed, Finish: p.finish}
	p.packed = b.kernels.NewPacked(nil, w.k, w.n)
	_, biased := b.tensors[biasName(w.names[0])]
	if b.Type == workloads.INT8 {
		product.LDA, product.AUnsigned, product.Finish = in.cols, true, p.dequantise
	} else if biased {
		product.Init = unsafe.Pointer(&nowhere)
	}
	p.plan = gemm.NewPlan(b.kernels, product, b.workers, b.target.Caches)
	b.plans = append(b.plans, p.plan)
	p.operands(w, biased)
	return []engine.Step{{Name: name, Chunks: b.workers, Each: true, Do: func(worker, _ int) { p.plan.Run(worker) }}}
}

// nowhere stands for a bias until an operand set is used.
var nowhere float32

// operands appends what the product takes beside the activations. The bias of a float
// product is what its sums start from; that of an int8 one is added to scaled sums.
func (p *projection) operands(w *weave, biased bool) {
	w.weight(func(packed gemm.Packed) { p.packed, p.plan.A = packed, p.left() })
	if p.Type == workloads.INT8 {
		w.vector(scaleName, p.tensors[w.names[0]].Shift, func(v []float32) { p.scales = v })
		if biased {
			w.vector(biasName, 0, func(v []float32) { p.bias = v })
		}
		return
	}
	if biased {
		w.vector(biasName, 0, func(v []float32) { p.plan.Init = unsafe.Pointer(unsafe.SliceData(v)) })
	}
}

// left is where the activations lie; those of x change with the set.
func (p *projection) left() unsafe.Pointer {
	if p.in.bytes != nil {
		return unsafe.Pointer(unsafe.SliceData(p.in.bytes.values))
	}
	return p.in.at(0, 0)
}

// finish hands sums through the stages.
func (p *projection) finish(worker, row, rows, col, cols int, sums unsafe.Pointer, stride int) {
	for r := range rows {
		v := unsafe.Slice((*float32)(unsafe.Add(sums, r*stride)), cols)
		for _, f := range p.then {
			f(worker, row+r, col, v)
		}
	}
}

// dequantise makes exact sums what they stand for first, in place.
func (p *projection) dequantise(worker, row, rows, col, cols int, sums unsafe.Pointer, stride int) {
	for r := range rows {
		at := unsafe.Add(sums, r*stride)
		v := unsafe.Slice((*float32)(at), cols)
		p.ops.Dequantize(v, unsafe.Slice((*int32)(at), cols), p.in.bytes.scales[row+r], p.scales[col:col+cols])
		if p.bias != nil {
			p.ops.Add(v, p.bias[col:col+cols])
		}
		for _, f := range p.then {
			f(worker, row+r, col, v)
		}
	}
}
