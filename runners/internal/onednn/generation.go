package onednn

// A generation is what versions 2 and 3 of the API do differently. Functions that
// make primitive descriptors and memory descriptors return the library's status.
type generation interface {
	// describe makes a memory descriptor; strides in elements, nil = whatever the
	// primitive likes best.
	describe(t dataType, dims, strides []int64) (desc, int32)
	forget(desc)

	matmul(pd *handle, engine handle, src, weights, bias, dst desc, attr handle) int32
	binary(pd *handle, engine handle, algorithm int32, a, b, dst desc, attr handle) int32
	softmax(pd *handle, engine handle, data desc, axis int32) int32
	layerNorm(pd *handle, engine handle, src, dst, stats desc, eps float32, flags uint32) int32
	reduction(pd *handle, engine handle, algorithm int32, src, dst desc) int32

	appendEltwise(ops handle, e eltwise) int32
	postOpArg(index int) int32 // base of the arguments of a fused operation
	normFlags(scale, shift bool) uint32
	isas() map[string]int32
}

// function is one that a fused operation applies to each element.
type function int

const (
	linear function = iota // alpha x + beta
	geluTanh
	geluErf
	swish // x / (1 + exp(-alpha x))
)

// An eltwise is such a function with its parameters.
type eltwise struct {
	function    function
	alpha, beta float32
}

// dims12 is dnnl_dims_t.
type dims12 [12]int64

func pad12(dims []int64) (d dims12) {
	copy(d[:], dims)
	return d
}
