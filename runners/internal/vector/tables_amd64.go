package vector

import "joulemark/runners/internal/isa"

func init() {
	tables[isa.AVX512] = wrap(isa.AVX512, &kernelsAVX512)
	tables[isa.AVX2] = wrap(isa.AVX2, &kernelsAVX2)
}
