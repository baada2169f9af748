package gemm

// prefetchRows prefetches rows (at least 1) of so many bytes, stride bytes apart.
//
//go:noescape
func prefetchRows(at uintptr, stride, rows, bytes int)
