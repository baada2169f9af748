package vector

import "unsafe"

type ptr = unsafe.Pointer

// kernels are the functions in assembly of one instruction set, from which wrap
// makes its Ops. Those of 4-byte operands alone take a multiple of group elements,
// those with narrower operands a multiple of narrowGroup, 0 too; both are 1 where the
// set has masks that stop at any byte. What is left is done by the plain ones.
// Alignment is that of an element.
type kernels struct {
	group, narrowGroup int

	toBF16, fromBF16      func(dst, src ptr, n int)
	toFP16, fromFP16      func(dst, src ptr, n int)
	roundBF16, roundFP16  func(x ptr, n int)
	geluTanh, geluErf     func(x ptr, n int)
	add, addBF16, mulSiLU func(y, x ptr, n int)
	scale                 func(y ptr, n int, s float32)
	rotate                func(low, high, cos, sin ptr, n int)
	max, absMax           func(x ptr, n int) float32
	expSum                func(x ptr, n int, scale, top float32) float32 // a finite top, or NaN
	expSumBF16            func(dst, x ptr, n int, scale, top float32) float32
	quantize              func(dst, x ptr, n int, inverse float32)
	dequantize            func(dst, sums, columns ptr, n int, scale float32)
	sum, squares          func(x ptr, n int, centre float32) float32 // of x - centre
	center                func(dst, x, gain, bias ptr, n int, mean, inverse float32)
	stretch               func(dst, x, gain ptr, n int, inverse float32)
	dot, dotBF16          func(q, key ptr, dim int) float32
	uniform               func(dst ptr, n int, state uint64, scale float64) // nil: none; n a multiple of uniformGroup
	scores, scoresBF16    []scoresFn                                        // by the shift of queries: 1, 2, 4, 8 as far as the set goes
	gather, gatherBF16    []gatherFn                                        // likewise
	keys                  int                                               // the keys of a tile of scores times its queries
	columns               []int                                             // that a gatherFn sums in registers, by shift
}

// A scoresFn computes n scores of each of its queries, n a multiple of the keys of
// its tile. Strides are bytes; dim is a multiple of the group.
type scoresFn func(dst ptr, dstStride int, q ptr, qStride int, keys ptr, keyStride int, dim, n int)

// A gatherFn adds n values to the rows y of its queries, any n.
type gatherFn func(y ptr, yStride int, weights ptr, weightStride int, values ptr, valueStride int, dim, n int)

// block is how many elements a kernel sums in fp32 at most; blocks are added in fp64.
// A lane then makes up to 128 additions (8 lanes, 2 sums a loop), and the error of
// a long row is that of a short one.
const block = 2048

func at[E any](x []E) ptr { return ptr(unsafe.SliceData(x)) }

// total is what a kernel sums over x, less centre, in blocks; rest gives the summand of
// those that a group leaves.
func (k *kernels) total(sum func(x ptr, n int, centre float32) float32, x []float32, centre float32, rest func(d float64) float64) float64 {
	total := 0.0
	for len(x) >= k.group && len(x) > 0 {
		n := whole(min(block, len(x)), k.group)
		total += float64(sum(at(x), n, centre))
		x = x[n:]
	}
	for _, v := range x {
		total += rest(float64(v) - float64(centre))
	}
	return total
}

func itself(d float64) float64 { return d }
func square(d float64) float64 { return d * d }
