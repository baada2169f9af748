package gemm

import "joulemark/runners/internal/isa"

func init() { tables[isa.AVX512] = avx512 }

// avx512 chooses among the kernels of AVX-512 by what else the processor has: every
// one of them multiplies fp64 and fp32; Skylake has neither VNNI nor bf16, Cascade
// Lake no bf16.
func avx512(s isa.Set, t Type) *Kernels {
	switch {
	case t == BF16 && !s.BF16:
		return avx512WithoutBF16()
	case t == INT8 && !s.VNNI:
		return avx512WithoutVNNI()
	}
	return kernels512[t]
}
