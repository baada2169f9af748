// Package gemm multiplies matrices: C[M,N] = A[M,K] B[K,N], row-major, in fp64,
// fp32, bf16 and int8, by kernels in generated assembly and one driver for all.
// See the README of runners/internal for how a kernel is built.
package gemm

//go:generate go run ./gen

import (
	"unsafe"

	"joulemark/runners/internal/isa"
)

// A Type is what a product multiplies and sums.
type Type int

// The types.
const (
	FP64 Type = iota // fp64 operands and sums
	FP32             // fp32 operands and sums
	BF16             // bf16 operands, fp32 sums
	INT8             // operands of eight bits, int32 sums, exact
)

type ptr = unsafe.Pointer

// Bounds of a tile, whatever its instruction set.
const (
	maxRows    = 8 // of C
	maxVectors = 4 // in a row of C

	maxTwinRows  = 2 // of C in twins
	maxSweepRows = 3 // of C in a sweep
)

// A tileFn computes a whole tile of C, rows x Vectors x Lanes:
//
//	C = init + A B   (acc 0)        C += init + A B   (acc 1)
//
// It goes over kc words of K. Row i of A begins at a + i*lda, and each word of B's
// takes AWord bytes of it. Row k of B begins at b + k*ldb: Vectors vectors, one
// after the other. All strides are bytes. init is one row of Vectors vectors that
// every row of C starts from (a bias, the correction of signed bytes); nil is zeros.
// Each pass over K has an init, since B packed at each call is known by passes alone.
//
// What comes next is only prefetched and may lie outside any array, so it is never
// a pointer in the collector's eyes: cNext the tile of C of the next call, aNext two
// rows of A that come next, bNext what follows of B (used by the variants that
// stream B from memory). Alignment is that of an element.
type tileFn func(kc int, a ptr, lda int, b ptr, ldb int, c ptr, ldc int, init ptr, acc int, cNext, aNext, bNext uintptr)

// A twinFn does the same for two tiles side by side: the second one's panel begins bFar bytes
// behind the first one's, its C and its part of init cFar bytes.
type twinFn func(kc int, a ptr, lda int, b ptr, ldb int, c ptr, ldc int, init ptr, acc int, bFar, cFar int)

// An edgeFn does the same for a tile at the right edge: some vectors, of which the
// last has so many lanes (1…Lanes). Nothing of C and, if the set says MaskedB,
// nothing of B is touched beyond them.
type edgeFn func(kc int, a ptr, lda int, b ptr, ldb int, c ptr, ldc int, init ptr, acc int, lanes int)

// A packFn brings rows of B into panels: kc words of K, np panels of the width of a
// tile, a panel panelStride bytes from the last. src is row-major in elements, ldb
// bytes a row; a word gathers Group elements of one column from Group rows.
type packFn func(dst, src ptr, ldb, kc, np, panelStride int)

// A packEdgeFn does the same for one panel at the right edge, of cols columns, fewer
// than a tile's; zeros fill it. Nothing of src beyond them is read.
type packEdgeFn func(dst, src ptr, ldb, kc, cols int)

// A panelFn brings rows rows of A, k elements each, into words that the tile
// broadcasts: each row ldd bytes from the last, zeros in the last word beyond k.
type panelFn func(dst ptr, ldd int, src ptr, lda, rows, k int)

// A transposeFn brings Lanes rows of kc words of BWord bytes, lds bytes apart, into kc
// rows of Lanes words, ldd bytes apart.
type transposeFn func(dst ptr, ldd int, src ptr, lds, kc int)

// A sweepFn goes over steps x words rows of a row-major B, words at a time from one end
// to the other, and adds what they give to the rows of C: C += A B. Row i of A, with
// its next element for each row of B, begins at a + i*lda. A row of C has so many whole
// vectors and one more of so many lanes (0: none); nothing beyond is touched. All
// strides are bytes. Of B, what lies ahead bytes further is prefetched.
type sweepFn func(steps int, a ptr, lda int, b ptr, ldb int, c ptr, ldc int, vectors, lanes, ahead int)

// A sweep is for one number of rows of A: words rows of B at once, and a row alone.
type sweep struct {
	words     int
	many, one sweepFn
}

// Kernels are the tiles of one type by one instruction set.
type Kernels struct {
	Name    string // for the column kernel: "avx512 vdpbf16ps 6x64"
	Type    Type
	Rows    int  // of a tile, at most maxRows
	Vectors int  // in a row of a tile, at most maxVectors
	Lanes   int  // columns of a vector
	Group   int  // elements of K in a word of B: 1, 2 (bf16), 4 (int8), 2 (int8 by 16-bit products), 4 and 8 (products of matrices on arm64)
	BWord   int  // bytes of a word of B, which is one lane: 8 for fp64 and for products of matrices, 2 for int8 widened to int16, else 4
	AWord   int  // bytes of A that go with a word of B: as many, or 8 where pairs are broadcast one by one as fp32
	MaskedB bool // edges read nothing of B beyond their lanes, so that B may lie row-major where it is (Group 1 alone)

	// Tile by how many lines of B are prefetched for each k (0, half the vectors, all; half
	// of them may be two sequences, a quarter of kc x Columns apart) and by rows 1…Rows; Edge by vectors 1…Vectors and rows.
	Tile [3][maxRows + 1]tileFn
	// Down by rows are tiles that go down the columns of C, over words of A that the driver
	// has copied; nil where that was not tried. What they prefetch of A is contiguous.
	Down [maxRows + 1]tileFn
	// Twins and Quarters by rows are for a B that comes from memory (twins.go, quarters.go), nil where
	// that was not tried or is no gain. Quarters go over their panel at four places side by side, and take
	// the words of A in that order; of the next panel, which bNext is, they prefetch the first.
	Twins    [maxTwinRows + 1]twinFn
	Quarters [maxRows + 1]tileFn
	Edge     [maxVectors + 1][maxRows + 1]edgeFn
	Pack     packFn
	// PackEdge is nil where the driver shall gather the rows of an edge for Pack, one
	// word of K at a time.
	PackEdge packEdgeFn
	// Panel is nil where A can always be read where it lies (Group 1). For INT8 it is
	// for signed A.
	Panel panelFn
	// PanelUnsigned is for INT8 alone: the bytes are the values + 128. It copies them
	// where SignedOffset is 128, else it brings them back.
	PanelUnsigned panelFn
	// Transpose brings rows into columns of a panel, for B given by its columns (the
	// keys of attention). nil: by plain Go. Words of BWord bytes.
	Transpose transposeFn
	// Sweep by rows of A, as many as one takes; none where words is 0. For a B that lies
	// row-major and is used once (Group 1).
	Sweep [maxSweepRows + 1]sweep
	// Few are other tiles of the same type for a B that is packed once and a number of
	// rows that ForRows says; nil: none.
	Few *Kernels
	// SignedOffset is what Panel adds to signed bytes to make them unsigned (128 for
	// VPDPBUSD, else 0): the sums then hold SignedOffset x the column sum of B too much,
	// which init takes away. With a nonzero offset A may be given unsigned as well.
	SignedOffset int
}

// Columns is the width of a tile.
func (k *Kernels) Columns() int { return k.Vectors * k.Lanes }

// tables holds the kernels of this architecture by name of the instruction set; a
// file of each set adds its own in init. The function chooses among a set's kernels
// by what the processor has beyond the base.
var tables = map[string]func(s isa.Set, t Type) *Kernels{}

// For gives the kernels of a type for a set, nil where there are none (portable).
func For(s isa.Set, t Type) *Kernels {
	if choose := tables[s.Name]; choose != nil {
		return choose(s, t)
	}
	return nil
}
