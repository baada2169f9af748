package gemm

import (
	"unsafe"

	"joulemark/runners/internal/isa"
)

func init() { tables[isa.NEON] = neon }

// neon gives the kernels for arm64. A tile is 6 x 4 vectors where nothing else is
// said: 24 of the 32 registers hold sums.
func neon(s isa.Set, t Type) *Kernels {
	switch {
	case t == FP64:
		return &Kernels{Name: "neon fmla 6x8", Type: t, Rows: 6, Vectors: 4, Lanes: 2, Group: 1, BWord: 8, AWord: 8, MaskedB: true,
			Tile: neonFP64Tiles, Edge: neonFP64Edges, Pack: neonPackRows}
	case t == FP32:
		return &Kernels{Name: "neon fmla 6x16", Type: t, Rows: 6, Vectors: 4, Lanes: 4, Group: 1, BWord: 4, AWord: 4, MaskedB: true,
			Tile: neonFP32Tiles, Edge: neonFP32Edges, Pack: neonPackRows, Transpose: neonTranspose32}
	case t == BF16 && s.BF16:
		return &Kernels{Name: "neon bfmmla 6x16", Type: t, Rows: 6, Vectors: 4, Lanes: 4, Group: 4, BWord: 8, AWord: 8,
			Tile: neonBF16Tiles, Edge: neonBF16Edges, Pack: neonPackBF16, Panel: panelBF16, Transpose: neonTranspose64}
	case t == BF16:
		return &Kernels{Name: "neon bf16 as fp32, fmla 7x12", Type: t, Rows: 7, Vectors: 3, Lanes: 4, Group: 2, BWord: 4, AWord: 8,
			Tile: neonBF16PlainTiles, Edge: neonBF16PlainEdges, Pack: neonPackBF16Plain, Panel: neonPanelBF16Plain, Transpose: neonTranspose32}
	case t == INT8 && s.I8MM:
		return &Kernels{Name: "neon smmla 6x16", Type: t, Rows: 6, Vectors: 4, Lanes: 4, Group: 8, BWord: 8, AWord: 8,
			Tile: neonINT8Tiles, Edge: neonINT8Edges, Pack: neonPackINT8, Panel: panelINT8, PanelUnsigned: panelINT8Unsigned}
	case t == INT8 && s.VNNI:
		return &Kernels{Name: "neon sdot 6x16", Type: t, Rows: 6, Vectors: 4, Lanes: 4, Group: 4, BWord: 4, AWord: 4,
			Tile: neonINT8DotTiles, Edge: neonINT8DotEdges, Pack: neonPackINT8Dot, Panel: panelINT8Dot, PanelUnsigned: panelINT8DotUnsigned}
	case t == INT8:
		return &Kernels{Name: "neon int8 as int16, smlal 6x16", Type: t, Rows: 6, Vectors: 4, Lanes: 4, Group: 4, BWord: 4, AWord: 8,
			Tile: neonINT8PlainTiles, Edge: neonINT8PlainEdges, Pack: neonPackINT8Plain, Panel: panelINT8Plain, PanelUnsigned: panelINT8PlainUnsigned}
	}
	return nil
}

// The panels of A below are plain Go: an element of A meets a whole row of B, so what
// its copy takes should be small: eight bytes at a time against N products a byte
// (no arm64 was there to measure it).

func panelBF16(dst ptr, ldd int, src ptr, lda, rows, k int) {
	copyRows(dst, ldd, src, lda, rows, 2*k, 8, 0)
}

func panelINT8(dst ptr, ldd int, src ptr, lda, rows, k int) {
	copyRows(dst, ldd, src, lda, rows, k, 8, 0)
}

func panelINT8Unsigned(dst ptr, ldd int, src ptr, lda, rows, k int) {
	copyRows(dst, ldd, src, lda, rows, k, 8, 0x80)
}

func panelINT8Dot(dst ptr, ldd int, src ptr, lda, rows, k int) {
	copyRows(dst, ldd, src, lda, rows, k, 4, 0)
}

func panelINT8DotUnsigned(dst ptr, ldd int, src ptr, lda, rows, k int) {
	copyRows(dst, ldd, src, lda, rows, k, 4, 0x80)
}

func panelINT8Plain(dst ptr, ldd int, src ptr, lda, rows, k int) {
	widenRows(dst, ldd, src, lda, rows, k, 0)
}

func panelINT8PlainUnsigned(dst ptr, ldd int, src ptr, lda, rows, k int) {
	widenRows(dst, ldd, src, lda, rows, k, 0x80)
}

// copyRows copies rows of so many bytes, each with its bits of flip inverted: 0x80
// takes 128 from unsigned bytes. Zeros fill the last word.
func copyRows(dst ptr, ldd int, src ptr, lda, rows, bytes, word int, flip byte) {
	for i := range rows {
		to := unsafe.Slice((*byte)(unsafe.Add(dst, i*ldd)), ceilDiv(bytes, word)*word)
		from := unsafe.Slice((*byte)(unsafe.Add(src, i*lda)), bytes)
		clear(to[copy(to, from):])
		if flip != 0 {
			invert(to[:bytes], flip)
		}
	}
}

// invert inverts bits of every byte, eight bytes at a time.
func invert(x []byte, flip byte) {
	all := uint64(flip) * 0x0101010101010101
	n := len(x) / 8
	for i := range n {
		*(*uint64)(ptr(&x[8*i])) ^= all
	}
	for i := 8 * n; i < len(x); i++ {
		x[i] ^= flip
	}
}

// widenRows widens bytes to int16; a word is four of these.
func widenRows(dst ptr, ldd int, src ptr, lda, rows, k int, flip byte) {
	for i := range rows {
		to := unsafe.Slice((*int16)(unsafe.Add(dst, i*ldd)), ceilDiv(k, 4)*4)
		for j, v := range unsafe.Slice((*byte)(unsafe.Add(src, i*lda)), k) {
			to[j] = int16(int8(v ^ flip))
		}
		clear(to[k:])
	}
}
