package ceiling

import (
	"unsafe"

	"joulemark/runners/internal/isa"
	"joulemark/workloads"
)

func init() {
	native[isa.AVX512] = ofAVX512
	native[isa.AVX2] = ofAVX2
}

// vnniOffset makes the first operand of VPDPBUSD unsigned.
const vnniOffset = 128

func ofAVX512(set isa.Set) kernels {
	k := kernels{
		peak: map[workloads.DType]peakKernel{
			workloads.FP64: {name: "avx512 vfmadd231pd", vectors: 24, run: avx512FP64},
			workloads.FP32: {name: "avx512 vfmadd231ps", vectors: 24, run: avx512FP32},
		},
		streams: streams{
			read: sumBy(avx512Read), readParts: sumPartsBy(avx512ReadParts),
			copyTo: copyBy(avx512Copy), copyPast: copyBy(avx512CopyPast),
			triadTo: triadBy(avx512Triad), triadPast: triadBy(avx512TriadPast),
			vectors: "avx512 vectors", nonTemporal: "vmovntps",
		},
	}
	if set.BF16 {
		k.peak[workloads.BF16] = peakKernel{name: "avx512 vdpbf16ps", vectors: 24, run: avx512BF16}
	}
	if set.VNNI {
		k.peak[workloads.INT8] = peakKernel{name: "avx512 vpdpbusd", vectors: 24, offset: vnniOffset, run: avx512INT8}
	}
	return k
}

func ofAVX2(set isa.Set) kernels {
	k := kernels{
		peak: map[workloads.DType]peakKernel{
			workloads.FP64: {name: "avx2 vfmadd231pd", vectors: 6, run: avx2FP64},
			workloads.FP32: {name: "avx2 vfmadd231ps", vectors: 6, run: avx2FP32},
		},
		streams: streams{
			read: sumBy(avx2Read), readParts: sumPartsBy(avx2ReadParts),
			copyTo: copyBy(avx2Copy), copyPast: copyBy(avx2CopyPast),
			triadTo: triadBy(avx2Triad), triadPast: triadBy(avx2TriadPast),
			vectors: "avx2 vectors", nonTemporal: "vmovntps",
		},
	}
	if set.VNNI {
		k.peak[workloads.INT8] = peakKernel{name: "avx2 vpdpbusd", vectors: 6, offset: vnniOffset, run: avx2INT8}
	}
	return k
}

// The loops take bytes, at least 512 and one pass.

func sumBy(f func(a ptr, n, passes int) uint64) func([]float64, int) uint64 {
	return func(a []float64, passes int) uint64 {
		if len(a) == 0 || passes == 0 {
			return 0
		}
		return f(first(a), 8*len(a), passes)
	}
}

func sumPartsBy(f func(a ptr, n, passes int) uint64) func([]float64) uint64 {
	return func(a []float64) uint64 { return f(first(a), 8*len(a), 1) }
}

func copyBy(f func(c, a ptr, n, passes int)) func(c, a []float64, passes int) {
	return func(c, a []float64, passes int) {
		if len(c) > 0 && passes > 0 {
			f(first(c), first(a[:len(c)]), 8*len(c), passes)
		}
	}
}

func triadBy(f func(c, a, b ptr, n, passes int)) func(c, a, b []float64, passes int) {
	return func(c, a, b []float64, passes int) {
		if len(c) > 0 && passes > 0 {
			f(first(c), first(a[:len(c)]), first(b[:len(c)]), 8*len(c), passes)
		}
	}
}

func first(x []float64) ptr { return ptr(unsafe.SliceData(x)) }
