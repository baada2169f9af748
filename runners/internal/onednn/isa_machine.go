package onednn

import (
	"cmp"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/klauspost/cpuid/v2"
)

// isaOrder is instruction sets from the least to the most, each with what a
// processor must have for it (the table of dnnl_cpu_isa_t in dnnl_types.h).
var isaOrder = []struct {
	name  string
	needs []cpuid.FeatureID
}{
	{"sse41", []cpuid.FeatureID{cpuid.SSE4}},
	{"avx", []cpuid.FeatureID{cpuid.AVX}},
	{"avx2", []cpuid.FeatureID{cpuid.AVX2}},
	{"avx2_vnni", []cpuid.FeatureID{cpuid.AVX2, cpuid.AVXVNNI}},
	{"avx2_vnni_2", []cpuid.FeatureID{cpuid.AVXVNNI, cpuid.AVXVNNIINT8, cpuid.AVXNECONVERT}},
	{"avx512_core", []cpuid.FeatureID{cpuid.AVX512F, cpuid.AVX512BW, cpuid.AVX512VL, cpuid.AVX512DQ}},
	{"avx512_core_vnni", []cpuid.FeatureID{cpuid.AVX512BW, cpuid.AVX512VNNI}},
	{"avx512_core_bf16", []cpuid.FeatureID{cpuid.AVX512VNNI, cpuid.AVX512BF16}},
	{"avx512_core_fp16", []cpuid.FeatureID{cpuid.AVX512BF16, cpuid.AVX512FP16}},
	{"avx512_core_amx", []cpuid.FeatureID{cpuid.AVX512FP16, cpuid.AMXINT8, cpuid.AMXBF16}},
	{"avx512_core_amx_fp16", []cpuid.FeatureID{cpuid.AMXBF16, cpuid.AMXFP16}},
}

// MachineISA is the best instruction set of this processor that the library has
// kernels for, and the one that the environment holds it to, "" where nothing does.
// It is told from the processor, because a library that has been asked for its
// instruction set does not let it be chosen any more.
func (l *Library) MachineISA() (best, held string) {
	if runtime.GOARCH != "amd64" {
		return "", ""
	}
	var usable []string
	for _, i := range isaOrder {
		if _, known := l.isas()[i.name]; known && cpuid.CPU.Supports(i.needs...) {
			usable = append(usable, i.name)
		}
	}
	if len(usable) == 0 {
		return "", ""
	}
	best = usable[len(usable)-1]
	held = strings.ToLower(cmp.Or(os.Getenv("ONEDNN_MAX_CPU_ISA"), os.Getenv("DNNL_MAX_CPU_ISA")))
	if !slices.Contains(usable, held) || held == best {
		held = ""
	}
	return best, held
}
