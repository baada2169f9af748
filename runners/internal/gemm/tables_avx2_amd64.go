package gemm

import (
	"unsafe"

	"joulemark/runners/internal/isa"
)

func init() { tables[isa.AVX2] = avx2 }

// avx2 gives the kernels for AVX2 and FMA. The tile is 6 x 2 vectors: 12 sums, two
// vectors of B, one or two registers of A.
func avx2(s isa.Set, t Type) *Kernels {
	switch {
	case t == FP64:
		return &Kernels{Name: "avx2 vfmadd231pd 6x8", Type: t, Rows: 6, Vectors: 2, Lanes: 4, Group: 1, BWord: 8, AWord: 8, MaskedB: true,
			Tile: avx2FP64Tiles, Twins: avx2FP64Twins, Quarters: avx2FP64Quarters, Edge: avx2FP64Edges, Pack: avx2PackLines, Sweep: avx2FP64Sweeps}
	case t == FP32:
		return &Kernels{Name: "avx2 vfmadd231ps 6x16", Type: t, Rows: 6, Vectors: 2, Lanes: 8, Group: 1, BWord: 4, AWord: 4, MaskedB: true,
			Tile: avx2FP32Tiles, Twins: avx2FP32Twins, Quarters: avx2FP32Quarters, Down: avx2FP32Down, Edge: avx2FP32Edges, Pack: avx2PackLines, Transpose: avx2Transpose, Sweep: avx2FP32Sweeps}
	case t == BF16:
		return &Kernels{Name: "avx2 bf16 as fp32, vfmadd231ps 6x16", Type: t, Rows: 6, Vectors: 2, Lanes: 8, Group: 2, BWord: 4, AWord: 8,
			Tile: avx2BF16Tiles, Twins: avx2BF16Twins, Quarters: avx2BF16Quarters, Edge: avx2BF16Edges, Pack: avx2PackBF16, Panel: avx2PanelBF16, Transpose: avx2Transpose}
	case t == INT8 && s.VNNI:
		return &Kernels{Name: "avx2 vpdpbusd 6x16", Type: t, Rows: 6, Vectors: 2, Lanes: 8, Group: 4, BWord: 4, AWord: 4, SignedOffset: 128,
			Tile: avx2VNNITiles, Twins: avx2VNNITwins, Edge: avx2VNNIEdges, Pack: avx2PackVNNI, Panel: avx2PanelVNNI, PanelUnsigned: avx2PanelUnsignedVNNI}
	case t == INT8:
		return &Kernels{Name: "avx2 int8 as int16, vpmaddwd 6x16", Type: t, Rows: 6, Vectors: 2, Lanes: 8, Group: 2, BWord: 4, AWord: 4,
			Tile: avx2INT8Tiles, Edge: avx2INT8Edges, Pack: avx2PackINT8, Panel: avx2PanelINT8, PanelUnsigned: avx2PanelUnsignedINT8,
			Few: avx2Narrow()}
	}
	return nil
}

// avx2Narrow keeps a B of bytes in bytes, for few rows.
func avx2Narrow() *Kernels {
	return &Kernels{Name: "avx2 int8 widened to int16, vpmaddwd 6x16", Type: INT8, Rows: 6, Vectors: 2, Lanes: 8, Group: 2, BWord: 2, AWord: 4,
		Tile: avx2NarrowTiles, Twins: avx2NarrowTwins, Edge: avx2NarrowEdges, Pack: avx2PackNarrow, Panel: avx2PanelINT8, PanelUnsigned: avx2PanelUnsignedINT8}
}

// avx512WithoutBF16 multiplies bf16 by AVX-512 without AVX512_BF16 (Skylake to Ice
// Lake): both of a pair are widened to fp32 in the kernel.
func avx512WithoutBF16() *Kernels {
	return &Kernels{Name: "avx512 bf16 as fp32, vfmadd231ps 6x64", Type: BF16, Rows: 6, Vectors: 4, Lanes: 16, Group: 2, BWord: 4, AWord: 8,
		Tile: avx512PlainBF16Tiles, Edge: avx512PlainBF16Edges, Pack: avx512PlainPackBF16, Panel: avx2PanelBF16, Transpose: transposeTwice}
}

// avx512WithoutVNNI multiplies bytes by AVX-512 without AVX512_VNNI (Skylake), by
// products of 16 bits.
func avx512WithoutVNNI() *Kernels {
	return &Kernels{Name: "avx512 int8 as int16, vpmaddwd 6x64", Type: INT8, Rows: 6, Vectors: 4, Lanes: 16, Group: 2, BWord: 4, AWord: 4,
		Tile: avx512PlainINT8Tiles, Edge: avx512PlainINT8Edges, Pack: avx512PlainPackINT8, Panel: avx2PanelINT8, PanelUnsigned: avx2PanelUnsignedINT8}
}

// transposeTwice is a transposeFn of 16 lanes.
func transposeTwice(dst ptr, ldd int, src ptr, lds, kc int) {
	avx2Transpose(dst, ldd, src, lds, kc)
	avx2Transpose(unsafe.Add(dst, 32), ldd, unsafe.Add(src, 8*lds), lds, kc)
}
