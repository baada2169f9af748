package gemm

import "unsafe"

// PackTransposed packs panels lo…hi-1 of a B that is given by its columns: column n
// is the row n of src (a key of attention), with K elements one after the other, ld
// bytes a row. src begins with the first column of panel lo. FP32 and BF16 alone; for
// BF16, K is a multiple of Group, so that a row is whole words.
func (p *Packed) PackTransposed(lo, hi int, src ptr, ld int) {
	k := p.kernels
	words := k.Words(p.K)
	begin, _ := p.Columns(lo)
	for i := lo; i < hi; i++ {
		first, end := p.Columns(i)
		k.transposePanel(p.panel(i), unsafe.Add(src, (first-begin)*ld), ld, words, end-first)
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
		column(unsafe.Add(dst, c*k.BWord), k.rowBytes(), unsafe.Add(src, c*ld), words, k.BWord)
	}
}

// column spreads words of 32 or 64 bits over rows ldd bytes apart.
func column(dst ptr, ldd int, src ptr, words, bytes int) {
	for range words {
		*(*uint32)(dst) = *(*uint32)(src)
		if bytes == 8 {
			*(*uint32)(unsafe.Add(dst, 4)) = *(*uint32)(unsafe.Add(src, 4))
		}
		dst, src = unsafe.Add(dst, ldd), unsafe.Add(src, bytes)
	}
}
