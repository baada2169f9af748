package workloads

import "slices"

// A number describes one DType. Significand counts the hidden bit; MinExp is the
// exponent of the smallest normal number; both are 0 for integers.
type number struct {
	bytes       float64
	significand int
	minExp      int
	max         float64 // largest finite value
	out         DType   // type of a product of two such operands
}

// numbers holds every known type. Sources: IEEE 754-2019 (fp64, fp32, fp16),
// Intel's bfloat16 definition 338302-001 (bf16), NVIDIA's A100 whitepaper (tf32:
// the exponent of fp32, ten stored bits, kept in 32), OCP OFP8 revision 1.0 (fp8).
var numbers = map[DType]number{
	FP64:    {8, 53, -1022, 0x1.fffffffffffffp1023, FP64},
	FP32:    {4, 24, -126, 0x1.fffffep127, FP32},
	TF32:    {4, 11, -126, 0x1.ffcp127, FP32},
	FP16:    {2, 11, -14, 65504, FP16},
	BF16:    {2, 8, -126, 0x1.fep127, BF16},
	FP8E4M3: {1, 4, -6, 448, BF16},
	FP8E5M2: {1, 3, -14, 57344, BF16},
	INT8:    {1, 0, 0, 127, INT32},
	INT4:    {0.5, 0, 0, 7, BF16},
	INT32:   {4, 0, 0, 1<<31 - 1, INT32},
}

// dtypeOrder is the order of DTypes: widest first, floats before integers.
var dtypeOrder = []DType{FP64, FP32, TF32, FP16, BF16, FP8E4M3, FP8E5M2, INT8, INT4, INT32}

// DTypes returns every known type, widest first, floats before integers.
func DTypes() []DType { return slices.Clone(dtypeOrder) }

// Known reports whether d is one of the constants of this package.
func (d DType) Known() bool { _, ok := numbers[d]; return ok }

// InLayer reports whether this version defines reference and bound of a layer in
// d: fp32, tf32, fp16, bf16 and int8. A matmul has them in every type of operands.
func (d DType) InLayer() bool { return d == FP32 || d == TF32 || d == FP16 || d == BF16 || d == INT8 }

// Size is the bytes of one stored element, 0.5 for int4 and 0 if d is unknown.
func (d DType) Size() float64 { return numbers[d].bytes }

// Out is the stored type of a product of operands of type d: bf16 for fp8 and
// int4, int32 for int8, fp32 for tf32, else d itself; "" if d is unknown.
func (d DType) Out() DType { return numbers[d].out }

// Integer reports whether d holds integers, whose rates are OP/s and not FLOP/s.
func (d DType) Integer() bool { n, ok := numbers[d]; return ok && n.significand == 0 }
