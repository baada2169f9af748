package native

import (
	"fmt"
	"unsafe"

	"joulemark/runners/internal/engine"
	"joulemark/runners/internal/gemm"
	"joulemark/runners/internal/vector"
	"joulemark/workloads"
)

// A form is how the matmuls of a type are multiplied: by which kernels, and what
// stored elements become first where no kernel takes them as they are.
type form struct {
	kernel gemm.Type
	widen  *widening // of A in each iteration, of B when it is packed; nil: none
	words  string    // what widen does, for the column kernel
}

// forms has every type of a matmul. Widenings are exact, but that of int4, whose
// products with their scales are rounded to bf16 as its definition allows.
var forms = map[workloads.DType]form{
	workloads.FP64:    {kernel: gemm.FP64},
	workloads.FP32:    {kernel: gemm.FP32},
	workloads.TF32:    {kernel: gemm.FP32, words: "tf32 kept as fp32"},
	workloads.BF16:    {kernel: gemm.BF16},
	workloads.INT8:    {kernel: gemm.INT8},
	workloads.FP16:    {gemm.FP32, fp16ToFP32, "fp16 widened to fp32"},
	workloads.FP8E4M3: {gemm.BF16, e4m3ToBF16, "fp8_e4m3 widened to bf16"},
	workloads.FP8E5M2: {gemm.BF16, e5m2ToBF16, "fp8_e5m2 widened to bf16"},
	workloads.INT4:    {gemm.BF16, nil, "int4 times its scales rounded to bf16"},
}

// multiplies reports whether there are kernels for m. B of a type that must be
// widened is widened before timing, so m may not ask for it in each iteration.
func (t Target) multiplies(m workloads.Matmul) bool {
	f := forms[m.Type]
	if m.Sparsity != "" || gemm.For(t.Set, f.kernel) == nil {
		return false
	}
	return f.takes(m.Type) || m.Pack != workloads.PackCall
}

// takes reports whether the kernel takes B as it is stored.
func (f form) takes(d workloads.DType) bool { return f.widen == nil && d != workloads.INT4 }

// buildMatmul makes C[M,N] = A[M,K] B[K,N] a step in which every worker does its part
// of C, after one that widens A where that is needed.
func (t Target) buildMatmul(a *engine.Arena, m workloads.Matmul, o engine.Options) (*engine.Program, error) {
	f, tensors := forms[m.Type], workloads.Tensors(m)
	b := &matmul{Matmul: m, form: f, arena: a, seed: o.Seed, kernels: gemm.For(t.Set, f.kernel), ops: vector.For(t.Set)}
	b.out = engine.Alloc[byte](a, m.Type.Out().StoredBytes(m.M*m.N))
	p := gemm.Product{M: m.M, N: m.N, K: m.K, LDA: elementBytes(f.kernel) * m.K, LDB: elementBytes(f.kernel) * m.N}
	if b.packs() {
		b.kernels, p.Packed = b.kernels.ForRows(m.M), &b.packed
	}
	b.store(&p)
	b.together = !b.packs() && b.kernels.PacksTogether(p, o.Threads, t.Caches)
	if b.together {
		p.Packed = &b.packed
	}
	b.plan = gemm.NewPlan(b.kernels, p, o.Threads, t.Caches)
	b.plan.SetScratch(first(engine.Alloc[byte](a, b.plan.ScratchBytes())))
	b.left(tensors[0])
	b.right(tensors, o.Threads)
	b.steps = append(b.steps, engine.Step{Name: "matmul", Chunks: o.Threads, Each: true, Do: func(worker, _ int) { b.plan.Run(worker) }})
	return &engine.Program{
		Operands: b.operands,
		Steps:    b.steps,
		Outputs:  int64(m.M) * int64(m.N),
		Value:    func(i int64) float64 { return workloads.FromBytes(m.Type.Out(), b.out, i) },
		Kernel:   b.words(),
	}, nil
}

// A matmul is one while it is built.
type matmul struct {
	workloads.Matmul
	form
	arena    *engine.Arena
	seed     uint64
	kernels  *gemm.Kernels
	ops      *vector.Ops
	plan     *gemm.Plan
	packed   gemm.Packed
	together bool // B is packed by a step of its own
	out      []byte
	operands []engine.Operand
	steps    []engine.Step
}

// packs reports whether B is packed before timing: where the workload says so, and
// where the kernel does not take it as it is stored.
func (b *matmul) packs() bool { return b.Pack == workloads.PackPrepare || !b.takes(b.Type) }

// left makes A an operand as it is stored, and a step that widens it if need be.
func (b *matmul) left(t workloads.Tensor) {
	if b.widen == nil {
		b.operands = append(b.operands, stored(b.arena, b.ops, t, b.seed, func(data []byte) { b.plan.A = first(data) }))
		return
	}
	var narrow []byte
	wide := engine.Alloc[byte](b.arena, elementBytes(b.kernel)*t.Len())
	b.plan.A = first(wide)
	b.operands = append(b.operands, stored(b.arena, b.ops, t, b.seed, func(data []byte) { narrow = data }))
	from, to := t.Type.StoredBytes(b.K), elementBytes(b.kernel)*b.K
	b.steps = append(b.steps, engine.Step{Name: "widen", Chunks: b.M, Do: func(_, row int) {
		b.widen.apply(b.ops, wide[row*to:(row+1)*to], narrow[row*from:(row+1)*from])
	}})
}

// right makes B an operand, row-major or packed.
func (b *matmul) right(tensors []workloads.Tensor, workers int) {
	if b.together {
		b.packTogether(tensors[1], workers)
		return
	}
	if !b.packs() {
		b.operands = append(b.operands, stored(b.arena, b.ops, tensors[1], b.seed, func(data []byte) { b.plan.B = first(data) }))
		return
	}
	piece := wholePiece(tensors[1], b.seed, b.widen, b.ops)
	if b.Type == workloads.INT4 {
		piece = int4Piece(tensors[1], tensors[2], b.seed)
	}
	b.operands = append(b.operands, packedOperand(b.arena, b.kernels, b.K, b.N, piece, func(p gemm.Packed) { b.packed = p }))
}

// packTogether makes B an operand as it is stored, and a step in which all workers pack it.
func (b *matmul) packTogether(t workloads.Tensor, workers int) {
	b.packed = b.kernels.NewPacked(first(engine.Alloc[byte](b.arena, b.kernels.PackedBytes(b.K, b.N))), b.K, b.N)
	b.packed.Anew = true
	var rows unsafe.Pointer
	b.operands = append(b.operands, stored(b.arena, b.ops, t, b.seed, func(data []byte) { rows = first(data) }))
	parts, ldb := partsToPack*workers, b.N*elementBytes(b.kernel)
	b.steps = append(b.steps, engine.Step{Name: "pack", Chunks: parts, Do: func(_, i int) { b.packed.PackPart(i, parts, rows, ldb) }})
}

// partsToPack is into how many parts a worker's share of the packing is cut, for whoever is free.
const partsToPack = 4

// words is the column kernel.
func (b *matmul) words() string {
	words := b.plan.String()
	if b.form.words != "" {
		words = fmt.Sprintf("%s, %s", words, b.form.words)
	}
	return words
}
