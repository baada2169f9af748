package vector

import "joulemark/runners/internal/isa"

func init() {
	tables[isa.AVX512] = wrap(isa.AVX512, &kernelsAVX512)
	tables[isa.AVX2] = wrap(isa.AVX2, &kernelsAVX2)
	converting := kernelsAVX512
	converting.toBF16 = func(dst, src ptr, n int) {
		if convertBF16AVX512(dst, src, n) != 0 { // denormals, which it made zero
			toBF16AVX512(dst, src, n)
		}
	}
	tables[isa.AVX512+withBF16] = wrap(isa.AVX512, &converting)
}
