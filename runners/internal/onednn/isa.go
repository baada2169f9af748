package onednn

import (
	"maps"
	"slices"
	"strings"

	"joulemark/workloads"
)

// isas3 and isas2 are the values of dnnl_cpu_isa_t in versions 3 and 2, under the
// names that ONEDNN_MAX_CPU_ISA knows, in lower case.
var (
	isas3 = map[string]int32{
		"sse41": 0x1, "avx": 0x3, "avx2": 0x7, "avx2_vnni": 0xf, "avx2_vnni_2": 0x1f, "avx512_core": 0x27, "avx512_core_vnni": 0x67,
		"avx512_core_bf16": 0xe7, "avx512_core_fp16": 0x1ef, "avx512_core_amx": 0xfef, "avx512_core_amx_fp16": 0x1fef,
	}
	isas2 = map[string]int32{
		"sse41": 0x1, "avx": 0x3, "avx2": 0x7, "avx2_vnni": 0x407, "avx512_core": 0x27, "avx512_core_vnni": 0x67,
		"avx512_core_bf16": 0xe7, "avx512_core_amx": 0x3e7,
	}
)

func (g *generation3) isas() map[string]int32 { return isas3 }
func (g *generation2) isas() map[string]int32 { return isas2 }

// UseISA holds the CPU engine to an instruction set, by name, "" for the best. The
// library takes it before its first primitive only and keeps it.
func (l *Library) UseISA(name string) error {
	name = strings.ToLower(name)
	if name == l.isa {
		return nil
	}
	value, known := l.isas()[name]
	switch {
	case l.used:
		return unsupported("oneDNN keeps the instruction set of its first primitive, %s: start a worker for each", l.ISA())
	case !known:
		return unsupported("oneDNN %s knows no instruction set %q: use one of %s", l.Version, name, strings.Join(slices.Sorted(maps.Keys(l.isas())), ", "))
	}
	if status := l.setMaxISA(value); status != 0 {
		return unsupported("oneDNN %s cannot be held to %s (status %d, %s): set ONEDNN_MAX_CPU_ISA instead", l.Version, name, status, statuses[status])
	}
	l.isa = name
	return nil
}

// ISA is the instruction set that the library computes with. Asking fixes it.
func (l *Library) ISA() string {
	l.used = true
	value := l.effectiveISA()
	for name, v := range l.isas() {
		if v == value {
			return name
		}
	}
	return l.isaName(value) // of a newer version, as it says itself
}

// withoutVNNI are instruction sets of x86 on which the library adds products of
// int8 in 16 bits, which overflow ("Nuances of int8 computations" of its guide).
var withoutVNNI = []string{"sse41", "avx", "avx2", "avx512_core"}

// exact refuses int8 where the library would not compute it exactly.
func (e *Engine) exact(t workloads.DType) error {
	if t != workloads.INT8 || e.gpu {
		return nil
	}
	if isa := e.ISA(); slices.Contains(withoutVNNI, isa) {
		return unsupported("oneDNN adds int8 products in 16 bits on %s and they overflow: use a processor with VNNI", isa)
	}
	return nil
}
