package gemm

// elementBytes is the size of an element of A and B as they lie in memory.
func (t Type) elementBytes() int { return [...]int{FP64: 8, FP32: 4, BF16: 2, INT8: 1}[t] }

// sumBytes is the size of an element of C.
func (t Type) sumBytes() int {
	if t == FP64 {
		return 8
	}
	return 4
}

// A Product is C[M,N] = Init + A[M,K] B[K,N], all row-major; M, N and K are at
// least 1. Leading dimensions are bytes from one row to the next. Any alignment of
// an element will do. Nothing outside the operands is read or written.
//
// Pointers may be changed between two runs of a plan (operand sets), and need not be
// known when it is made; sizes and leading dimensions may not, nor whether Packed is
// nil.
type Product struct {
	M, N, K int

	// A. INT8 takes signed bytes, or with AUnsigned bytes that hold the value + 128
	// (1…255: a quantisation that spares a conversion). The sums are the same.
	A         ptr
	LDA       int
	AUnsigned bool

	// B lies row-major and is packed at each call, or read where it is if that is
	// faster; or it was packed once.
	B      ptr
	LDB    int
	Packed *Packed

	// C takes the sums: fp64, fp32 (FP32, BF16) or int32. LDC is 0 where there is no C
	// but Finish alone; the sums then exist only in scratch.
	C   ptr
	LDC int

	// Init is nil or a row of sums that every row starts from (a bias), of type C,
	// readable up to a whole number of tiles: Kernels.Padded(N) elements.
	Init ptr

	// Finish is nil or takes finished sums while they lie in the cache nearest: rows
	// row…row+rows-1 (at most eight) of columns col…col+cols-1, where sums points to the
	// first and rows are stride bytes apart. Every element comes exactly once, on the
	// worker that made it. It may write into sums.
	Finish func(worker, row, rows, col, cols int, sums ptr, stride int)
	Out    Out // of Finish
}

// hasC says whether sums go to C.
func (p *Product) hasC() bool { return p.LDC != 0 }

// ElementBytes is the size of an element of A and B.
func (k *Kernels) ElementBytes() int { return k.Type.elementBytes() }

// SumBytes is the size of an element of C.
func (k *Kernels) SumBytes() int { return k.Type.sumBytes() }
