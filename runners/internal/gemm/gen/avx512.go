package main

import (
	"fmt"
	"strings"

	"joulemark/runners/internal/asm"
)

// A tile of AVX-512 is 6 rows of 4 vectors: 24 sums, 4 vectors of B, 4 broadcasts of
// A in 32 registers; for each k 24 multiply-adds want 10 loads. Tiles of 14x2, 12x2
// and 8x3 vectors, with more rows at a power-of-two stride than the first-level cache
// has ways, were 3-39 % slower on Zen 5 (fp32, n=2048).
//
// With few rows of A, B comes from memory, and tiles of 8x2 read it fewer times (ForRows).
const (
	b512, a512 = 24, 28 // the first register of B's and of A's; sums are in those before
	unroll512  = 4      // steps of K in a turn of the loop
)

// A shape512 is how large a tile is.
type shape512 struct{ rows, vectors int }

var wide512, narrow512 = shape512{6, 4}, shape512{8, 2}

// A type512 is what differs from type to type.
type type512 struct {
	name      string // in the names of functions
	constant  string // of package gemm
	label     string // for the column kernel
	word      int    // bytes of a word, of A as of B
	group     int
	broadcast string
	add       string
	multiply  func(b, a, c int) string // Zc += Za Zb
	masked    bool                     // the edge reads nothing of B beyond its lanes
	narrow    bool                     // also for few rows
	shape512
}

func (t type512) lanes() int { return 64 / t.word }

// move is the masked move of a lane.
func (t type512) move() string {
	if t.word == 8 {
		return "VMOVUPD"
	}
	return "VMOVUPS"
}

func plain512(mnemonic string) func(b, a, c int) string {
	return func(b, a, c int) string { return fmt.Sprintf("%s Z%d, Z%d, Z%d", mnemonic, b, a, c) }
}

// In VPDPBUSD the bytes of A are unsigned, those of B signed.
var types512 = []type512{
	{"F64", "FP64", "vfmadd231pd", 8, 1, "VBROADCASTSD", "VADDPD", plain512("VFMADD231PD"), true, false, wide512},
	{"F32", "FP32", "vfmadd231ps", 4, 1, "VBROADCASTSS", "VADDPS", plain512("VFMADD231PS"), true, true, wide512},
	{"BF16", "BF16", "vdpbf16ps", 4, 2, "VPBROADCASTD", "VADDPS", func(b, a, c int) string { return asm.VDPBF16PS(512, b, a, c) }, false, true, wide512},
	{"S8", "INT8", "vpdpbusd", 4, 4, "VPBROADCASTD", "VPADDD", plain512("VPDPBUSD"), false, false, wide512},
}

// avx512 is the file of all kernels of this instruction set.
func avx512() *asm.File {
	f := &asm.File{Package: "gemm", Name: "tile_avx512_amd64"}
	for _, t := range types512 {
		t.tiles(f)
		for v := 1; v <= t.vectors; v++ {
			for m := 1; m <= t.rows; m++ {
				t.edge(f, m, v)
			}
		}
		if t.narrow {
			few := t.few()
			few.tiles(f)
			for v := 1; v <= few.vectors; v++ {
				for m := t.rows + 1; m <= few.rows; m++ {
					few.edge(f, m, v)
				}
			}
		}
	}
	packers512(f)
	panels512(f)
	transpose512(f)
	f.Go("\n// kernels512 are the tiles of AVX-512 by type.\nvar kernels512 = [...]*Kernels{\n")
	for _, t := range types512 {
		f.Go("%s: {\n%s},\n", t.constant, t.table())
	}
	f.Go("}\n")
	return f
}

// tiles writes the tiles of all heights.
func (t type512) tiles(f *asm.File) {
	for _, lines := range t.lines() {
		for m := 1; m <= t.rows; m++ {
			t.tile(f, m, lines)
		}
	}
}

// few is the type with tiles for few rows.
func (t type512) few() type512 {
	t.shape512, t.narrow = narrow512, false
	return t
}

// table is the literal of a type's Kernels.
func (t type512) table() string {
	var s strings.Builder
	fmt.Fprintf(&s, "Name: \"avx512 %s %dx%d\", Type: %s,\n", t.label, t.rows, t.vectors*t.lanes(), t.constant)
	fmt.Fprintf(&s, "Rows: %d, Vectors: %d, Lanes: %d, Group: %d, BWord: %d, AWord: %d, MaskedB: %t,\n", t.rows, t.vectors, t.lanes(), t.group, t.word, t.word, t.masked)
	fmt.Fprintf(&s, "Tile: [3][maxRows + 1]tileFn{\n")
	for _, lines := range t.lines() {
		s.WriteString(t.functions(func(m int) string { return t.tileName(m, lines) }))
	}
	fmt.Fprintf(&s, "},\nEdge: [maxVectors + 1][maxRows + 1]edgeFn{\n{},\n")
	for v := 1; v <= t.vectors; v++ {
		s.WriteString(t.functions(func(m int) string { return t.edgeName(m, v) }))
	}
	pack := map[string]string{"F64": "1", "F32": "1", "BF16": "2", "S8": "4"}[t.name]
	if t.shape512 == narrow512 {
		pack += "Narrow"
	}
	fmt.Fprintf(&s, "},\nPack: pack%sAVX512, PackEdge: pack%sEdge%sAVX512,\n", pack, pack, map[bool]string{true: "F64"}[t.word == 8])
	switch t.name {
	case "F64":
		s.WriteString("Sweep: avx512FP64Sweeps,\n")
	case "F32":
		s.WriteString("Transpose: transposeAVX512, Sweep: avx512FP32Sweeps,\n")
	case "BF16":
		s.WriteString("Panel: panelBF16AVX512, Transpose: transposeAVX512,\n")
	case "S8":
		s.WriteString("Panel: panelS8AVX512, PanelUnsigned: panelU8AVX512, SignedOffset: 128,\n")
	}
	if t.narrow {
		fmt.Fprintf(&s, "Few: &Kernels{\n%s},\n", t.few().table())
	}
	return s.String()
}

// functions is a row of a table, by rows of the tile.
func (t type512) functions(name func(m int) string) string {
	s := "{nil"
	for m := 1; m <= t.rows; m++ {
		s += ", " + name(m)
	}
	return s + "},\n"
}
