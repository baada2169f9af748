package cblas

import (
	"encoding/binary"
	"fmt"
	"math"
	"unsafe"

	"joulemark/workloads"
)

// A method is how a library multiplies matrices of one type.
type method struct {
	function string // that multiplies
	call     func(s *scalars, function uintptr, c unsafe.Pointer) call
	one      []byte // 1 in the type of its sums
	rounding string // function that rounds fp32 sums to the result; ownRounding: here; "" = the product is the result
	unsigned bool   // our A is stored with 128 added
}

// ownRounding is named as the function where the library has none.
const ownRounding = "Go"

var (
	one32 = binary.NativeEndian.AppendUint32(nil, math.Float32bits(1))
	one64 = binary.NativeEndian.AppendUint64(nil, math.Float64bits(1))
)

// methods lists how a type can be multiplied, best first; a library has the first
// whose functions it exports.
//
// bf16: products of OpenBLAS and MKL leave fp32 sums, and bf16 is what is defined,
// rounded once. Rounding is part of the iteration. OpenBLAS has a function for it.
// Its bgemm_ is not used: it rounds whenever it leaves a block of K.
//
// int8: MKL multiplies unsigned by signed, with an offset for each: A is stored as
// A + 128 and has the offset -128, which is exact.
var methods = map[workloads.DType][]method{
	workloads.FP64: {{function: "dgemm_", call: (*scalars).gemm, one: one64}},
	workloads.FP32: {{function: "sgemm_", call: (*scalars).gemm, one: one32}},
	workloads.BF16: {
		{function: "sbgemm_", call: (*scalars).gemm, one: one32, rounding: "cblas_sbstobf16"},
		{function: "gemm_bf16bf16f32_", call: (*scalars).gemm, one: one32, rounding: ownRounding},
	},
	workloads.INT8: {{function: "gemm_s8u8s32_", call: (*scalars).gemmOffsets, one: one32, unsigned: true}},
}

// method finds how this library multiplies a type.
func (l *Library) method(d workloads.DType) (method, error) {
	for _, m := range methods[d] {
		if l.has(m.function) && (m.rounding == "" || m.rounding == ownRounding || l.has(m.rounding)) {
			return m, nil
		}
	}
	return method{}, fmt.Errorf("%s %s has no product of %s matrices: choose the runner onednn or another type", l.Name, l.Version, d)
}

// words say what an iteration calls.
func (m method) words() string {
	text := m.function + ", which packs both operands at each call"
	switch m.rounding {
	case "":
	case ownRounding:
		text += "; its fp32 sums are then rounded to bf16 by Joulemark, timed"
	default:
		text += "; its fp32 sums are then rounded by " + m.rounding + ", timed"
	}
	if m.unsigned {
		text += "; A was stored with 128 added and has the offset -128"
	}
	return text
}
