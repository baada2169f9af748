package onednn

import "joulemark/workloads"

// linear adds dst = post(src weights + bias) with the columns from…from+columns-1
// of a weight matrix, repacked as the primitive likes best. A bias without a
// storage is none, here and below.
func (g *graph) linear(src place, weights workloads.Tensor, from, columns int64, bias, dst place, post ...fused) {
	liked := g.describe(dataTypes[weights.Type], []int64{int64(weights.Shape[0]), columns}, nil)
	p := g.product("matmul", src.desc, liked, bias.desc, dst.desc, post...)
	if g.err != nil {
		return
	}
	packed := g.repacked(weights, from, columns, g.primitiveDescQueryMD(p.descriptor, queryWeights, 0))
	g.multiply(p, src, packed, bias, dst, post...)
}

// product makes the primitive dst = post(src weights + bias), batched where there
// are more than two dimensions. Fused operations tell shapes here and places in multiply.
func (g *graph) product(what string, src, weights, bias, dst desc, post ...fused) compiled {
	attr := g.attributes(post)
	c := g.compile(what, func(pd *handle) int32 { return g.generation.matmul(pd, g.engine, src, weights, bias, dst, attr) })
	g.note(c.implementation)
	return c
}

// multiply adds such a product.
func (g *graph) multiply(c compiled, src, weights, bias, dst place, post ...fused) {
	list := []argument{{argSrc, src}, {argWeights, weights}, {argDst, dst}}
	if bias.in != nil {
		list = append(list, argument{argBias, bias})
	}
	g.add(c, g.with(list, post)...)
}

// with adds the second operands of fused operations to an argument list.
func (g *graph) with(list []argument, post []fused) []argument {
	for i, f := range post {
		if f.eltwise == nil {
			list = append(list, argument{g.postOpArg(i) | argSrc1, f.with})
		}
	}
	return list
}

// elementwise adds dst = post(a op b), all of one type and shape: what differs goes
// through the library's plain loops, a hundred times slower.
func (g *graph) elementwise(what string, op int32, a, b, dst place, post ...fused) {
	attr := g.attributes(post)
	c := g.compile(what, func(pd *handle) int32 { return g.generation.binary(pd, g.engine, op, a.desc, b.desc, dst.desc, attr) })
	g.add(c, g.with([]argument{{argSrc, a}, {argSrc1, b}, {argDst, dst}}, post)...)
}

// move adds dst = src in another layout or type.
func (g *graph) move(src, dst place) {
	g.add(g.mover(src.desc, dst.desc), argument{argSrc, src}, argument{argDst, dst})
}

func (g *graph) mover(from, to desc) compiled {
	return g.compile("reorder", func(pd *handle) int32 { return g.reorderCreate(pd, from, g.engine, to, g.engine, nil) })
}

// softmax makes the primitive that works in place over the last of four dimensions.
func (g *graph) softmax(data desc) compiled {
	return g.compile("softmax", func(pd *handle) int32 { return g.generation.softmax(pd, g.engine, data, 3) })
}

// normalize adds dst = (src - mean) / sqrt(variance + eps) gain + shift over the last
// dimension. Where mean and variance have no storage they are those of src.
func (g *graph) normalize(src, dst, gain, shift, mean, variance place, eps float64) {
	flags := g.normFlags(true, shift.in != nil)
	list := []argument{{argSrc, src}, {argDst, dst}, {argScale, gain}}
	if shift.in != nil {
		list = append(list, argument{argShift, shift})
	}
	if mean.in != nil {
		flags |= normGlobalStats
		list = append(list, argument{argMean, mean}, argument{argVariance, variance})
	}
	g.add(g.compile("layer normalization", func(pd *handle) int32 {
		return g.layerNorm(pd, g.engine, src.desc, dst.desc, mean.desc, float32(eps), flags)
	}), list...)
}

// mean adds dst = the mean over the dimensions that are 1 in dst.
func (g *graph) mean(src, dst place) {
	c := g.compile("mean", func(pd *handle) int32 { return g.reduction(pd, g.engine, reductionMean, src.desc, dst.desc) })
	g.add(c, argument{argSrc, src}, argument{argDst, dst})
}
