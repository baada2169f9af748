package cblas

import (
	"runtime"
	"unsafe"

	"joulemark/runners/internal/dl"
)

// A call is one gemm, ready to be repeated on other operands. It goes by the
// Fortran names that stand beside cblas in every BLAS (sgemm_ beside cblas_sgemm):
// there each argument is an address, so that a call needs no floating-point
// registers and makes no garbage, where a call of cblas by purego makes 400 bytes.
//
// Fortran's matrices are column-major, and read so a row-major matrix is its
// transpose. C = A B is therefore asked for as C^T = B^T A^T, which is what cblas
// itself does with a row-major product (OpenBLAS interface/gemm.c, BLIS
// cblas_sgemm.c): B is the first operand and A the second.
type call struct {
	function uintptr
	args     []uintptr
	a, b     int // which of args are the addresses of our A and B
}

// run multiplies the operands at two addresses.
func (c *call) run(a, b unsafe.Pointer) {
	c.args[c.a], c.args[c.b] = uintptr(a), uintptr(b)
	dl.Call(c.function, c.args...)
}

// scalars are the arguments of a gemm that are neither operand nor result. They
// stay at one address.
type scalars struct {
	transpose, fixed [1]byte // "N": neither operand is transposed; "F": one offset for all of C
	m, n, k          int32
	one, zero        [8]byte // of the type that the product sums in
	leftOffset       int8    // added to each element of the first operand, ours B
	rightOffset      int8    // added to each element of the second, ours A
	resultOffset     int32   // added to each element of the result
}

func newScalars(pins *runtime.Pinner, m, n, k int, one []byte) *scalars {
	s := &scalars{transpose: [1]byte{'N'}, fixed: [1]byte{'F'}, m: int32(m), n: int32(n), k: int32(k)}
	copy(s.one[:], one)
	pins.Pin(s)
	return s
}

// textLengths end the arguments: compilers of Fortran pass the length of each text
// after all others, and libraries written in C do not look at them.
var textLengths = []uintptr{1, 1, 1}

// gemm calls C := one A B + zero C with C at an address (sgemm_, dgemm_, and the
// extensions sbgemm_ and gemm_bf16bf16f32_ of the same form).
func (s *scalars) gemm(function uintptr, c unsafe.Pointer) call {
	args := []uintptr{
		at(&s.transpose), at(&s.transpose), at(&s.n), at(&s.m), at(&s.k), at(&s.one),
		0, at(&s.n), 0, at(&s.k), at(&s.zero), uintptr(c), at(&s.n),
	}
	return call{function: function, args: append(args, textLengths[:2]...), b: 6, a: 8}
}

// gemmOffsets calls MKL's integer product (gemm_s8u8s32_ in mkl_blas.h):
// C := one (A + offset) (B + offset) + zero C + offset. Its first operand is signed
// and its second is not.
func (s *scalars) gemmOffsets(function uintptr, c unsafe.Pointer) call {
	args := []uintptr{
		at(&s.transpose), at(&s.transpose), at(&s.fixed), at(&s.n), at(&s.m), at(&s.k), at(&s.one),
		0, at(&s.n), at(&s.leftOffset), 0, at(&s.k), at(&s.rightOffset), at(&s.zero), uintptr(c), at(&s.n), at(&s.resultOffset),
	}
	return call{function: function, args: append(args, textLengths...), b: 7, a: 10}
}

func at[T any](p *T) uintptr { return uintptr(unsafe.Pointer(p)) }
