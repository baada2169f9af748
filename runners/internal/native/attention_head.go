package native

import (
	"unsafe"

	"joulemark/runners/internal/engine"
	"joulemark/runners/internal/gemm"
)

// A head is the chunk that a worker does, and its scratch.
type head struct {
	*prefill
	sequence, kv  int
	first, tokens int  // of the sequence
	begun         bool // there is something in seen

	packedKeys   []byte      // of a block
	packedValues []byte      // of a block, every panel a Packed of its own
	keysView     gemm.Packed // the part of it that a product takes
	valuesView   gemm.Packed
	scores       []float32 // [queryBlock, keys]
	weights      []uint16  // the same rounded, for kernels of bf16
	wideRows     []float32 // [keys, HeadDim] where stored rows are expanded
	wideQueries  []float32 // [queryBlock, HeadDim]
	seen         partials  // [group, tokens]
}

func (f *prefill) newHead() *head {
	h := &head{
		prefill:      f,
		packedKeys:   engine.Alloc[byte](f.arena, f.kernels.PackedBytes(f.HeadDim, f.keys)),
		packedValues: engine.Alloc[byte](f.arena, f.panels()*f.panelBytes()),
		scores:       engine.Alloc[float32](f.arena, queryBlock*f.keys),
		seen:         newPartials(f.arena, f.ops, f.group*f.tokens, f.HeadDim),
	}
	if f.rounds() {
		h.weights = engine.Alloc[uint16](f.arena, queryBlock*f.keys)
	}
	if f.widens {
		h.wideRows = engine.Alloc[float32](f.arena, f.keys*f.HeadDim)
		h.wideQueries = engine.Alloc[float32](f.arena, queryBlock*f.HeadDim)
	}
	return h
}

// rounds reports whether weights are rounded for their product with the values.
func (f *prefill) rounds() bool { return f.kernels.Type == gemm.BF16 }

// panels of values, each in panelBytes, so that a product may end at any key.
func (f *prefill) panels() int     { return ceilDiv(f.HeadDim, f.kernels.Columns()) }
func (f *prefill) panelBytes() int { return f.kernels.PackedBytes(f.keys, f.kernels.Columns()) }

func (h *head) begin() {
	h.begun = false
	for i := range h.group * h.tokens {
		h.seen.reset(i)
	}
}

// span lets all queries of the chunk look at what they see of s.
func (h *head) span(s *span) {
	row, keyCol, valCol := s.at(h.sequence, h.kv, h.HeadDim)
	rows := s.visible(h.first + h.tokens - 1)
	for k0 := 0; k0 < rows; k0 += h.keys {
		n := min(h.keys, rows-k0)
		h.packKeys(s.keys, row+k0, n, keyCol)
		h.packValues(s.values, row+k0, n, valCol)
		for g := range h.group {
			h.block(s, g, k0, n)
		}
		h.begun = true
	}
}

func (h *head) packKeys(t *table, row, n, col int) {
	at, stride := h.rows(t, row, n, col, h.wideRows)
	keys := h.kernels.NewPacked(first(h.packedKeys), h.HeadDim, n)
	keys.PackTransposed(0, keys.Panels(), at, stride)
}

func (h *head) packValues(t *table, row, n, col int) {
	at, stride := h.rows(t, row, n, col, h.wideRows)
	width := h.kernels.Columns()
	for panel := range h.panels() {
		values := h.panel(panel, n)
		values.Pack(0, 1, unsafe.Add(at, panel*width*elementBytes(h.kernels.Type)), stride)
	}
}

// panel is one panel of the first n values.
func (h *head) panel(i, n int) gemm.Packed {
	width := h.kernels.Columns()
	return h.kernels.NewPacked(first(h.packedValues[i*h.panelBytes():]), n, min(width, h.HeadDim-i*width))
}

// rows gives n rows of the head where the kernels can read them: in place, or
// expanded into wide.
func (h *head) rows(t *table, row, n, col int, wide []float32) (at unsafe.Pointer, stride int) {
	if !h.widens {
		return t.at(row, col), t.stride()
	}
	for i := range n {
		t.get(row+i, col, col+h.HeadDim, wide[i*h.HeadDim:])
	}
	return unsafe.Pointer(&wide[0]), 4 * h.HeadDim
}

// block lets the queries of head g of the group look at the packed keys k0…k0+n-1 of
// the span, in blocks that are left out where no query sees a key.
func (h *head) block(s *span, g, k0, n int) {
	col := (h.kv*h.group + g) * h.HeadDim
	for q0 := 0; q0 < h.tokens; q0 += queryBlock {
		rows := min(queryBlock, h.tokens-q0)
		t := h.first + q0
		seen := min(n, s.visible(t+rows-1)-k0)
		if seen <= 0 {
			continue
		}
		at, stride := h.rows(h.qkv, h.sequence*h.Tokens+t, rows, col, h.wideQueries)
		h.keysView = h.kernels.NewPacked(first(h.packedKeys), h.HeadDim, seen)
		h.kernels.Multiply(rows, at, stride, &h.keysView, unsafe.Pointer(&h.scores[0]), 4*h.keys, false)
		for r := range rows {
			h.weigh(g*h.tokens+q0+r, r, min(n, s.visible(t+r)-k0), seen)
		}
		h.accumulate(g*h.tokens+q0, rows, seen)
	}
}

// weigh makes the first `visible` of n scores of row r weights, and the others zero.
func (h *head) weigh(row, r, visible, n int) {
	scores := h.scores[r*h.keys:][:n]
	own := scores[:max(visible, 0)]
	if len(own) > 0 {
		h.seen.raise(row, h.scale*h.ops.Max(own))
	}
	if !h.rounds() {
		h.seen.weight[row] += h.ops.ExpSum(own, h.scale, h.seen.top[row])
		clear(scores[len(own):])
		return
	}
	weights := h.weights[r*h.keys:][:n+n%2] // whole words of the kernel
	h.seen.weight[row] += h.ops.ExpSumBF16(weights[:len(own)], own, h.scale, h.seen.top[row])
	clear(weights[len(own):])
}

// accumulate adds the first n values, weighted, to rows of seen.
func (h *head) accumulate(row, rows, n int) {
	at, stride := unsafe.Pointer(unsafe.SliceData(h.scores)), 4*h.keys
	if h.rounds() {
		at, stride = unsafe.Pointer(unsafe.SliceData(h.weights)), 2*h.keys
	}
	width := h.kernels.Columns()
	for panel := range h.panels() {
		h.valuesView = h.panel(panel, n)
		h.kernels.Multiply(rows, at, stride, &h.valuesView, unsafe.Pointer(&h.seen.row(row)[panel*width]), 4*h.HeadDim, h.begun)
	}
}

// store keeps the means of the chunk.
func (h *head) store() {
	for g := range h.group {
		for t := range h.tokens {
			h.attended.put(h.sequence*h.Tokens+h.first+t, (h.kv*h.group+g)*h.HeadDim, h.seen.mean(g*h.tokens+t))
		}
	}
}
