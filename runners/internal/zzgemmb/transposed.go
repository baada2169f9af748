package gemm

import "unsafe"

// PackTransposed packs panels lo…hi-1 of a B that is given by its columns: column n
// is the row n of src (a key of attention), with K elements one after the other, ld
// bytes a row. src begins with the first column of panel lo. FP32 and BF16 alone; for
// BF16, K is even, so that a row is whole words.
func (p *Packed) PackTransposed(lo, hi int, src ptr, ld int) {
	k := p.kernels
	words := k.Words(p.K)
	for i := lo; i < hi; i++ {
		first, end := p.Columns(i)
		k.transposePanel(p.panel(i), src, ld, words, end-first)
		src = unsafe.Add(src, (end-first)*ld)
	}
}

// transposePanel makes one panel of cols rows of src, a vector of lanes at a time.
func (k *Kernels) transposePanel(dst, src ptr, ld, words, cols int) {
	whole := 0
	if k.Transpose != nil {
		whole = cols / k.Lanes
	}
	for v := range whole {
		k.Transpose(unsafe.Add(dst, v*k.Lanes*k.BWord), k.rowBytes(), unsafe.Add(src, v*k.Lanes*ld), ld, words)
	}
	for c := whole * k.Lanes; c < cols; c++ {
		column(unsafe.Add(dst, c*k.BWord), k.rowBytes(), unsafe.Add(src, c*ld), words)
	}
	if cols < k.Columns() {
		clearColumns(dst, k.rowBytes(), words, cols*k.BWord)
	}
}

// column spreads words of 32 bits over rows ldd bytes apart.
func column(dst ptr, ldd int, src ptr, words int) {
	for _, w := range unsafe.Slice((*uint32)(src), words) {
		*(*uint32)(dst) = w
		dst = unsafe.Add(dst, ldd)
	}
}

// clearColumns zeroes each row from byte from on.
func clearColumns(dst ptr, row, words, from int) {
	for w := range words {
		clear(unsafe.Slice((*byte)(unsafe.Add(dst, w*row)), row)[from:])
	}
}
