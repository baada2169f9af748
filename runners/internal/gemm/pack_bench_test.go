package gemm

import (
	"testing"
	"unsafe"
)

// BenchmarkPack packs a row-major B from memory, 1024 x 1024, into the same panels each time:
//
//	go test -run xxx -bench Pack ./runners/internal/gemm
func BenchmarkPack(b *testing.B) {
	const n, sets = 1024, 24
	for name, k := range allKernels() {
		b.Run(name, func(b *testing.B) {
			e := k.Type.elementBytes()
			from, to := make([]byte, sets*n*n*e), make([]byte, k.PackedBytes(n, n)+64)
			for i := range from {
				from[i] = byte(i)
			}
			p := k.NewPacked(unsafe.Pointer(&to[0]), n, n)
			b.SetBytes(int64(n * n * e))
			for i := 0; b.Loop(); i++ {
				p.PackPart(0, 1, unsafe.Pointer(&from[i%sets*n*n*e]), n*e)
			}
		})
	}
}
