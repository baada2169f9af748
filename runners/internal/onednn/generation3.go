package onednn

import "joulemark/runners/internal/dl"

// generation3 is the API of versions 3.x: descriptors are objects of the library.
type generation3 struct {
	withStrides  func(d *desc, n int32, dims *dims12, t dataType, strides *dims12) int32
	withTag      func(d *desc, n int32, dims *dims12, t dataType, tag int32) int32
	destroy      func(d desc) int32
	matmulPD     func(pd *handle, engine handle, src, weights, bias, dst desc, attr handle) int32
	binaryPD     func(pd *handle, engine handle, algorithm int32, a, b, dst desc, attr handle) int32
	softmaxPD    func(pd *handle, engine handle, prop, algorithm int32, src, dst desc, axis int32, attr handle) int32
	layerNormPD  func(pd *handle, engine handle, prop int32, src, dst, stats desc, eps float32, flags uint32, attr handle) int32
	reductionPD  func(pd *handle, engine handle, algorithm int32, src, dst desc, p, eps float32, attr handle) int32
	appendPostOp func(ops handle, algorithm int32, alpha, beta float32) int32
}

func newGeneration3(lib *dl.Library) (generation, error) {
	g := &generation3{}
	return g, lib.Bind(map[string]any{
		"dnnl_memory_desc_create_with_strides":                   &g.withStrides,
		"dnnl_memory_desc_create_with_tag":                       &g.withTag,
		"dnnl_memory_desc_destroy":                               &g.destroy,
		"dnnl_matmul_primitive_desc_create":                      &g.matmulPD,
		"dnnl_binary_primitive_desc_create":                      &g.binaryPD,
		"dnnl_softmax_forward_primitive_desc_create":             &g.softmaxPD,
		"dnnl_layer_normalization_forward_primitive_desc_create": &g.layerNormPD,
		"dnnl_reduction_primitive_desc_create":                   &g.reductionPD,
		"dnnl_post_ops_append_eltwise":                           &g.appendPostOp,
	})
}

func (g *generation3) describe(t dataType, dims, strides []int64) (d desc, status int32) {
	shape := pad12(dims)
	if strides == nil {
		return d, g.withTag(&d, int32(len(dims)), &shape, t, formatAny)
	}
	steps := pad12(strides)
	status = g.withStrides(&d, int32(len(dims)), &shape, t, &steps)
	return d, status
}

func (g *generation3) forget(d desc) { g.destroy(d) }

func (g *generation3) matmul(pd *handle, engine handle, src, weights, bias, dst desc, attr handle) int32 {
	return g.matmulPD(pd, engine, src, weights, bias, dst, attr)
}

func (g *generation3) binary(pd *handle, engine handle, algorithm int32, a, b, dst desc, attr handle) int32 {
	return g.binaryPD(pd, engine, algorithm, a, b, dst, attr)
}

func (g *generation3) softmax(pd *handle, engine handle, data desc, axis int32) int32 {
	return g.softmaxPD(pd, engine, forwardInference, softmaxAccurate, data, data, axis, nil)
}

func (g *generation3) layerNorm(pd *handle, engine handle, src, dst, stats desc, eps float32, flags uint32) int32 {
	return g.layerNormPD(pd, engine, forwardInference, src, dst, stats, eps, flags, nil)
}

func (g *generation3) reduction(pd *handle, engine handle, algorithm int32, src, dst desc) int32 {
	return g.reductionPD(pd, engine, algorithm, src, dst, 0, 0, nil)
}

// functions3 are dnnl_alg_kind_t of version 3.
var functions3 = map[function]int32{linear: 0x26, geluTanh: 0x2b, geluErf: 0x31, swish: 0x2c}

func (g *generation3) appendEltwise(ops handle, e eltwise) int32 {
	return g.appendPostOp(ops, functions3[e.function], e.alpha, e.beta)
}

// postOpArg is DNNL_ARG_ATTR_MULTIPLE_POST_OP of version 3.
func (g *generation3) postOpArg(index int) int32 { return 32768 * int32(index+1) }

func (g *generation3) normFlags(scale, shift bool) (flags uint32) {
	if scale {
		flags |= 2 // dnnl_use_scale
	}
	if shift {
		flags |= 4 // dnnl_use_shift
	}
	return flags
}
