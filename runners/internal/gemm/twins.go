package gemm

import "unsafe"

// A prefetcher follows each sequence of lines no faster than its depth over the memory's latency:
// one sequence leaves memory idle. The plain read loop of AVX2 on Zen 3, one thread, has 20 GB/s
// from one, 24 from two, 25 from four (package ceiling). Few rows therefore read a packed B at two
// places side by side. Of the rate of the plain tile, medians of 13 rounds for fp64, fp32, bf16,
// int8 (BenchmarkFewRows, one worker):
//
//	K = 1024, m = 1  one panel 1.00, 1.03, 1.09, 1.15   twins 1.21, 1.17, 1.35, 1.35
//	K = 1024, m = 2  one panel 1.05, 1.08, 1.14, 1.29   twins 1.23, 1.27, 1.42, 1.47
//	K = 4096, m = 1  one panel 1.00, 1.00, 1.12, 1.15   twins 1.30, 1.14, 1.32, 1.45
//	K = 4096, m = 2  one panel 1.07, 1.06, 1.16, 1.23   twins 1.30, 1.23, 1.39, 1.53
//
// Where panels are long, and with more rows, their quarters are better (quarters.go).

// twinBytes is how far apart twins read B, or the next multiple of a panel. Of the plain tile's
// rate as above, K = 1024, m = 1, the next panel, 32, 64 and 128 KiB: fp32 1.17, 1.17, 1.15, 1.18, bf16
// 1.29, 1.27, 1.32, 1.36, int8 1.35, 1.40, 1.47, 1.50. 256 MiB, where each has its own tables of
// pages: 1.17, 1.11, 1.21.
//
// Either is prefetched a little ahead (gen/fma.go): fp32 128, 256, 512, 768 B m = 1 1.23, 1.17, 1.20,
// 1.13, m = 2 1.32, 1.31, 1.28, 1.26 of the plain tile; int8 256, 512, 1024, 1536 B 1.33, 1.31, 1.35, 1.30 and
// 1.42, 1.41, 1.56, 1.56; decode in bf16, int8 1.5, 2, 3 KiB 0.91-1.01 and 0.87-1.03 of 1 KiB.
const twinBytes = 128 << 10

// twinsFor are the kernel of so many rows, or nil.
func (k *Kernels) twinsFor(rows int) twinFn {
	if rows > maxTwinRows {
		return nil
	}
	return k.Twins[rows]
}

// together is how many panels should be computed at once, so that twins find partners: two or four.
func (p *Plan) together() int {
	if !p.blocking.stream || p.blocking.quarters || p.kernels.twinsFor(p.M) == nil {
		return 1
	}
	return 2 * min(max(twinBytes/p.kernels.panelBytes(p.kernels.Words(p.K)), 1), 2)
}

// pairs computes tiles of a strip by twins, each with the one twinBytes behind it, up to the
// column that it gives; a last one without a partner is left. What a twin reads next is the
// kernel's to prefetch.
func (x *pass) pairs(a ptr, lda int, c ptr, ldc, height int) int {
	twins := x.kernels.twinsFor(height)
	if twins == nil || !x.blocking.stream || x.blocking.quarters || x.strips() > 1 {
		return 0
	}
	width, sum, acc := x.kernels.Columns(), x.kernels.Type.sumBytes(), min(x.k, 1)
	panels := x.cols / width
	for p := 0; p+2 <= panels; {
		apart := min(max(twinBytes/x.stride, 1), (panels-p)/2)
		for range apart {
			j, far := p*width, apart*width
			if x.last {
				x.Out.prefetch(x.row, height, x.col+j, width)
				x.Out.prefetch(x.row, height, x.col+j+far, width)
			}
			twins(x.words, a, lda, unsafe.Add(x.b, p*x.stride), x.ldb, unsafe.Add(c, j*sum), ldc, x.initOf(j*sum), acc, apart*x.stride, far*sum)
			p++
		}
		p += apart
	}
	return panels / 2 * 2 * width
}
