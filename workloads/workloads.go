// Package workloads says what is computed: shapes, operation counts, seeded
// inputs, float64 references, error bounds and suites. It knows no device, no
// runner and no file of results; everything here is pure arithmetic.
//
// Conventions that hold for every workload:
//   - Matrices are row-major and not transposed.
//   - Ops counts matrix products only, a multiply-add as two operations, by
//     definition and not as executed.
//   - Bytes is the least memory traffic of one iteration: each operand moved once.
//   - What a product of each type is, stands at DType.
package workloads

// Version is the workload_version of every row. It rises when the meaning of a
// name, a count, an operand or a bound changes, because rows of two versions
// must never be compared.
const Version = 1

// A Workload is one unit of work that a runner repeats in a loop.
type Workload interface {
	Name() string   // identity of the work, e.g. "matmul/bf16/m=1024/n=1024/k=1024"
	DType() DType   // declared type of the operands
	Ops() float64   // operations of one iteration, by definition and not as executed
	Bytes() float64 // least memory traffic of one iteration: each operand moved once
}

// A DType is a number format of operands, by the name used in files and flags.
type DType string

// The number formats, with what a matmul in them is: the operands, the sums of
// their products in any order, and the result. This version computes matmul in all
// of them but int32, and layers in fp32, tf32, fp16, bf16 and int8, which in a layer is
// the type of the weights and of what they multiply; see Layer.
const (
	FP64    DType = "fp64"     // sums and result fp64
	FP32    DType = "fp32"     // sums and result fp32
	TF32    DType = "tf32"     // fp32 memory holding ten stored bits; sums fp32, or as tensor cores do; result fp32
	FP16    DType = "fp16"     // sums fp32 or wider; result rounded once, to fp16
	BF16    DType = "bf16"     // sums fp32 or wider; result rounded once, to bf16
	FP8E4M3 DType = "fp8_e4m3" // both operands, scale 1; sums fp32, or as Hopper's tensor cores do; result rounded once, to bf16
	FP8E5M2 DType = "fp8_e5m2" // the same
	INT8    DType = "int8"     // -127…127; sums and result int32, exact
	INT4    DType = "int4"     // weights -7…7 times a bf16 scale a group of 128 (or that rounded to bf16), times bf16; sums fp32 or wider; result rounded once, to bf16
	INT32   DType = "int32"    // result of int8 products only
)

// A Fill says what values the operands hold. Values change watts, so the timed
// default is Uniform and the others are an axis of study, never a default.
type Fill string

// The fills.
const (
	Uniform  Fill = "uniform"  // uniform in [-1, 1); int8: -127…127; int4: -7…7
	Normal   Fill = "normal"   // mean 0, variance 1, by summing twelve uniforms; int8: scaled by 32, clamped to ±127; int4: by 2, ±7
	Zeros    Fill = "zeros"    // all zero
	Integers Fill = "integers" // small integers -4…4, exact in every type
)

// A Phase is what a transformer layer does in one iteration.
type Phase string

// The phases.
const (
	Prefill Phase = "prefill" // Tokens new tokens a sequence, no cache before them unless Context says so
	Decode  Phase = "decode"  // one new token a sequence against exactly Context cache entries
	Train   Phase = "train"   // forward and backward, 3 x the forward operations
)

// Norm, Act and Attention name the parts in which layer models differ.
type (
	Norm      string
	Act       string
	Attention string
	Sparsity  string // "" dense; "2:4" counts its dense equivalent and is never ranked against dense
	Pack      string // where a matmul's B is repacked
	Technique string // "" plain; else the name of an algorithmic variant; compared in joules a token
)

// Values of Pack. A row-major B is in memory when an iteration begins unless it was
// repacked before; a row's kernel says which of the two it was.
const (
	PackAny     Pack = ""        // as the runner chooses
	PackCall    Pack = "call"    // B lies row-major; any repacking of it is in the timed work
	PackPrepare Pack = "prepare" // B lies in the stack's own layout, repacked once before timing; unsupported where there is none
)

// Values of Norm, Act and Attention.
const (
	LayerNormPre  Norm = "layernorm_pre"  // x + f(LN(x)), gain and bias
	LayerNormPost Norm = "layernorm_post" // LN(x + f(x)), gain and bias
	RMSNormPre    Norm = "rmsnorm_pre"    // x + f(RMS(x)), gain only

	GELUTanh Act = "gelu_tanh" // 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))
	GELUErf  Act = "gelu_erf"  // 0.5 x (1 + erf(x / sqrt 2))
	SwiGLU   Act = "swiglu"    // silu(gate) * up, two up projections

	Causal Attention = "causal" // token t sees tokens 0…t: S(S+1)/2 pairs
	Full   Attention = "full"   // every token sees every token: S² pairs
)

// Matmul is C[M,N] = A[M,K] B[K,N].
type Matmul struct {
	M        int      `json:"m"`
	N        int      `json:"n"`
	K        int      `json:"k"`
	Type     DType    `json:"dtype"`
	Pack     Pack     `json:"pack,omitempty"`
	Sparsity Sparsity `json:"sparsity,omitempty"`
	Fill     Fill     `json:"fill"`
}

// Layer is one transformer layer: attention, output projection, feed-forward,
// both norms and both residual additions.
//
// In int8 (W8A8) weights are int8 times a bf16 scale a column, and whatever else is
// stored is bf16. The rows that a weight multiplies are quantised, each token by
// itself: sigma = max|row| / 127 in fp32, q = row / sigma (or times 1 / sigma) rounded
// to nearest even, 0 for a row of zeros; row is what is stored, or the fp32 values
// before that rounding. The sum of q w is exact in int32, and the projection is
// (sum sigma scale / 2^Shift) in fp32, to which bias and the rest come as in bf16.
// Attention and norms are those of a bf16 layer.
type Layer struct {
	Model     string    `json:"model"` // name in Models, or "custom"
	Phase     Phase     `json:"phase"`
	Batch     int       `json:"batch"`   // sequences
	Tokens    int       `json:"tokens"`  // new tokens a sequence; 1 in decode
	Context   int       `json:"context"` // cache entries a sequence; decode attends to exactly these, the new token being slot Context-1
	Hidden    int       `json:"hidden"`
	Heads     int       `json:"heads"`
	KVHeads   int       `json:"kv_heads"`
	HeadDim   int       `json:"head_dim"`
	FFN       int       `json:"ffn"`
	Norm      Norm      `json:"norm"`
	Act       Act       `json:"act"`
	Attention Attention `json:"attention"`
	Bias      bool      `json:"bias"`       // projections have a bias
	RopeTheta float64   `json:"rope_theta"` // base of rotary positions; 0 = none
	Eps       float64   `json:"eps"`        // of the norms
	Type      DType     `json:"dtype"`
	Technique Technique `json:"technique,omitempty"`
	Fill      Fill      `json:"fill"`
}
