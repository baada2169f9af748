package ceiling

import (
	"joulemark/runners/internal/isa"
	"joulemark/workloads"
)

func init() { native[isa.NEON] = ofNEON }

// ofNEON has no bf16 and no int8: their peaks are products of small matrices (BFMMLA,
// SMMLA), whose sums are not those of workloads.Peak, and dot products reach half.
// Arrays are gone over by plain Go, whose copy is the runtime's own.
func ofNEON(isa.Set) kernels {
	return kernels{
		peak: map[workloads.DType]peakKernel{
			workloads.FP64: {name: "neon fmla d2", vectors: 6, run: neonFP64},
			workloads.FP32: {name: "neon fmla s4", vectors: 6, run: neonFP32},
		},
		streams: plain().streams,
	}
}
