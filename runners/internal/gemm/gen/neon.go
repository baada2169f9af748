package main

import (
	"fmt"
	"strings"

	"joulemark/runners/internal/asm"
)

// No speed of an arm64 was measured for these kernels: what is chosen here for speed
// is reckoned from LLVM's scheduling models of Neoverse V1 and V2
// (AArch64SchedNeoverseV1.td, AArch64SchedNeoverseV2.td). Other cores were not looked
// up: N1 and Apple's may differ.
//
// A lies where it is and is taken 16 bytes of a row at a time: one load gives a row's
// next four fp32, which FMLA takes by element. A tile of 6x4 vectors so loads 22
// vectors for 96 FMAs. Rejected: LD1R, a broadcast for each word of A, which takes an
// FP pipe beside the load pipe (V1's model): 24 of these for 96 FMAs. 8x3 vectors need
// A packed by columns: 24 sums and 8 rows leave no register for B. Sums stay in 24
// registers; two are left for B, which register renaming should make enough.

// A neonType is what the kernels of a type differ in.
type neonType struct {
	name          string // in function names
	rows, vectors int    // of a tile
	sumBytes      int    // of a lane of C
	aWord, bWord  int    // bytes
	pairs         bool   // sums are blocks of 2x2, from products of matrices
	maskedB       bool   // edges read B lane by lane
	mask          bool   // a register holds 0xffff0000
	multiply      func(k *neonKernel, word int)
}

var neonTypes = []neonType{
	{name: "FP64", rows: 6, vectors: 4, sumBytes: 8, aWord: 8, bWord: 8, maskedB: true, multiply: byElement("FMLA.2D")},
	{name: "FP32", rows: 6, vectors: 4, sumBytes: 4, aWord: 4, bWord: 4, maskedB: true, multiply: byElement("FMLA.4S")},
	{name: "BF16", rows: 6, vectors: 4, sumBytes: 4, aWord: 8, bWord: 8, pairs: true, multiply: byMatrix("BFMMLA")},
	{name: "BF16Plain", rows: 7, vectors: 3, sumBytes: 4, aWord: 8, bWord: 4, mask: true, multiply: byHalves},
	{name: "INT8", rows: 6, vectors: 4, sumBytes: 4, aWord: 8, bWord: 8, pairs: true, multiply: byMatrix("SMMLA")},
	{name: "INT8Dot", rows: 6, vectors: 4, sumBytes: 4, aWord: 4, bWord: 4, multiply: byElement("SDOT")},
	{name: "INT8Plain", rows: 6, vectors: 4, sumBytes: 4, aWord: 8, bWord: 4, multiply: byBytes},
}

func (t neonType) integer() bool { return strings.HasPrefix(t.name, "INT8") }

// neon gives the files of the NEON kernels.
func neon() []*asm.File {
	tiles := &asm.File{Package: "gemm", Name: "neon_arm64"}
	for _, t := range neonTypes {
		neonTables(tiles, t)
	}
	packs := &asm.File{Package: "gemm", Name: "neon_pack_arm64"}
	neonPacks(packs)
	return []*asm.File{tiles, packs}
}

// neonTables writes all kernels of a type and the tables that hold them.
func neonTables(f *asm.File, t neonType) {
	var tiles, edges strings.Builder
	for lines := range 3 {
		tiles.WriteString("{nil")
		for rows := 1; rows <= t.rows; rows++ {
			tiles.WriteString(", " + neonTile(f, t, rows, lines))
		}
		tiles.WriteString("},\n")
	}
	for vectors := 1; vectors <= t.vectors; vectors++ {
		edges.WriteString("{nil")
		for rows := 1; rows <= t.rows; rows++ {
			edges.WriteString(", " + neonEdge(f, t, rows, vectors))
		}
		edges.WriteString("},\n")
	}
	f.Go("\nvar neon%sTiles = [3][maxRows + 1]tileFn{\n%s}\n", t.name, tiles.String())
	f.Go("\nvar neon%sEdges = [maxVectors + 1][maxRows + 1]edgeFn{\n{},\n%s}\n", t.name, edges.String())
}

// byElement multiplies a word of K by instructions that take one element of A.
func byElement(op string) func(*neonKernel, int) {
	return func(k *neonKernel, word int) {
		for j := 0; j < k.vectors; j++ {
			b := k.loadB(j)
			for i := range k.rows {
				k.P("%s", asm.VLane(op, k.a(i), word, b, k.sum(k.turn%k.sets, i, j)))
			}
		}
	}
}

// byMatrix multiplies two rows of A, eight bytes of each, with two columns of B.
// BFMMLA (V1's and V2's model) and SMMLA (V1's) go to the same FP pipes as FMLA, one
// operation each, and do four and eight times its products, BFDOT and SDOT half of
// that. Two rows that lie apart cost two TRN for each 16 bytes, 6 for 48 products.
// Rejected: A packed by pairs of rows, to save these; packing reads and writes A.
func byMatrix(op string) func(*neonKernel, int) {
	return func(k *neonKernel, word int) {
		for j := 0; j < 2*k.vectors; j += 2 {
			k.P("FLDPQ %d(R1), (F%d, F%d)", j*16, k.b(0), k.b(1))
			for half := range 2 {
				for p := range k.pairsOfRows() {
					k.P("%s", asm.V(op, k.b(half), k.a(2*p+word), k.block(p, j+half)))
				}
			}
		}
	}
}

// byHalves is for bf16 without BFMMLA: B stays in pairs, for the sake of bandwidth,
// and is widened here; A comes as fp32. 7x3 vectors: one widening for 7 FMAs.
// Rejected: 6x4, whose sums leave no register for the mask.
func byHalves(k *neonKernel, word int) {
	for j := range k.vectors {
		b := k.loadB(j)
		k.P("VSHL $16, V%d.S4, V%d.S4", b, k.b(1))
		k.P("VAND V%d.B16, V%d.B16, V%d.B16", k.maskRegister(), b, b)
		for half, widened := range []int{k.b(1), b} {
			for i := range k.rows {
				k.P("%s", asm.VLane("FMLA.4S", k.a(i), 2*word+half, widened, k.sum(k.turn%k.sets, i, j)))
			}
		}
	}
}

// byBytes is for int8 without SDOT: A comes as int16, four rows of B's bytes are a
// word, and each is widened here, once for 12 products. Exact: products and sums are
// of 32 bits. Rejected: SMULL of bytes and SADALP, which needs two sets of sums and
// A's word in all lanes.
func byBytes(k *neonKernel, word int) {
	low, high := k.b(0), k.b(1)
	for e := range 4 {
		k.P("FMOVQ %d(R1), F%d", e*16, low)
		k.P("%s", asm.V("SXTL2.8H", low, high))
		k.P("%s", asm.V("SXTL.8H", low, low))
		for j := range k.vectors {
			op := []string{"SMLAL.4S", "SMLAL2.4S"}[j%2]
			for i := range k.rows {
				k.P("%s", asm.VLane(op, k.a(i), 4*word+e, []int{low, high}[j/2], k.sum((k.turn+e)%k.sets, i, j)))
			}
		}
	}
}

// neonProduct are the arguments that tiles and edges share.
var neonProduct = []string{"kc int", "a unsafe.Pointer", "lda int", "b unsafe.Pointer", "ldb int", "c unsafe.Pointer", "ldc int", "init unsafe.Pointer", "acc int"}

func neonName(t neonType, kind string, args ...any) string {
	return "neon" + t.name + fmt.Sprintf(kind, args...)
}
