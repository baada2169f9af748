package onednn

import (
	"unsafe"

	"joulemark/runners/internal/dl"
)

// generation2 is the API of versions 2.x: descriptors are structs of the caller.
// They are opaque here, and only their sizes matter.
type generation2 struct {
	byStrides    func(d desc, n int32, dims *dims12, t dataType, strides *dims12) int32
	byTag        func(d desc, n int32, dims *dims12, t dataType, tag int32) int32
	create       func(pd *handle, operation *operation2, attr, engine, hint handle) int32
	matmulInit   func(o *operation2, src, weights, bias, dst desc) int32
	binaryInit   func(o *operation2, algorithm int32, a, b, dst desc) int32
	softmaxInit  func(o *operation2, prop, algorithm int32, src, dst desc, axis int32) int32
	layerInit    func(o *operation2, prop int32, data, stats desc, eps float32, flags uint32) int32
	reduceInit   func(o *operation2, algorithm int32, src, dst desc, p, eps float32) int32
	appendPostOp func(ops handle, scale float32, algorithm int32, alpha, beta float32) int32
}

// descBytes2 is at least sizeof(dnnl_memory_desc_t), 696 in 2.6.3; operation2 is
// at least as large as any operation's descriptor, of which the largest used,
// dnnl_layer_normalization_desc_t, has 3496 bytes.
const descBytes2 = 1024

type operation2 [8192]byte

func newGeneration2(lib *dl.Library) (generation, error) {
	g := &generation2{}
	return g, lib.Bind(map[string]any{
		"dnnl_memory_desc_init_by_strides":           &g.byStrides,
		"dnnl_memory_desc_init_by_tag":               &g.byTag,
		"dnnl_primitive_desc_create":                 &g.create,
		"dnnl_matmul_desc_init":                      &g.matmulInit,
		"dnnl_binary_desc_init":                      &g.binaryInit,
		"dnnl_softmax_v2_forward_desc_init":          &g.softmaxInit,
		"dnnl_layer_normalization_forward_desc_init": &g.layerInit,
		"dnnl_reduction_desc_init":                   &g.reduceInit,
		"dnnl_post_ops_append_eltwise":               &g.appendPostOp,
	})
}

func (g *generation2) describe(t dataType, dims, strides []int64) (desc, int32) {
	d, shape := desc(unsafe.Pointer(new([descBytes2]byte))), pad12(dims)
	if strides == nil {
		return d, g.byTag(d, int32(len(dims)), &shape, t, formatAny)
	}
	steps := pad12(strides)
	return d, g.byStrides(d, int32(len(dims)), &shape, t, &steps)
}

func (g *generation2) forget(desc) {} // Go's

// describeOperation makes the primitive's descriptor of an operation that is
// initialised with this status.
func (g *generation2) describeOperation(pd *handle, o *operation2, status int32, attr, engine handle) int32 {
	if status != 0 {
		return status
	}
	return g.create(pd, o, attr, engine, nil)
}

func (g *generation2) matmul(pd *handle, engine handle, src, weights, bias, dst desc, attr handle) int32 {
	var o operation2
	return g.describeOperation(pd, &o, g.matmulInit(&o, src, weights, bias, dst), attr, engine)
}

func (g *generation2) binary(pd *handle, engine handle, algorithm int32, a, b, dst desc, attr handle) int32 {
	var o operation2
	return g.describeOperation(pd, &o, g.binaryInit(&o, algorithm, a, b, dst), attr, engine)
}

func (g *generation2) softmax(pd *handle, engine handle, data desc, axis int32) int32 {
	var o operation2
	return g.describeOperation(pd, &o, g.softmaxInit(&o, forwardInference, softmaxAccurate, data, data, axis), nil, engine)
}

// layerNorm takes source and result of one type and layout, which is all that
// this version knows.
func (g *generation2) layerNorm(pd *handle, engine handle, src, _, stats desc, eps float32, flags uint32) int32 {
	var o operation2
	return g.describeOperation(pd, &o, g.layerInit(&o, forwardInference, src, stats, eps, flags), nil, engine)
}

func (g *generation2) reduction(pd *handle, engine handle, algorithm int32, src, dst desc) int32 {
	var o operation2
	return g.describeOperation(pd, &o, g.reduceInit(&o, algorithm, src, dst, 0, 0), nil, engine)
}

// functions2 are dnnl_alg_kind_t of version 2.
var functions2 = map[function]int32{linear: 0x7f, geluTanh: 0xcf, geluErf: 0x30, swish: 0xdf}

func (g *generation2) appendEltwise(ops handle, e eltwise) int32 {
	return g.appendPostOp(ops, 1, functions2[e.function], e.alpha, e.beta)
}

// postOpArg is DNNL_ARG_ATTR_MULTIPLE_POST_OP of version 2.
func (g *generation2) postOpArg(index int) int32 { return 16384 * int32(index+1) }

func (g *generation2) normFlags(scale, shift bool) (flags uint32) {
	if scale {
		flags |= 8 // dnnl_use_scale
	}
	if shift {
		flags |= 16 // dnnl_use_shift
	}
	return flags
}
