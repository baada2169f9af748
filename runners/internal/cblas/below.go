package cblas

import (
	"fmt"
	"os"
	"strings"

	"github.com/klauspost/cpuid/v2"
)

// An isa is a class of x86 vector instructions.
type isa int

const (
	older  isa = iota // or of another architecture
	avx2              // with FMA
	avx512            // F, BW, DQ, VL
)

func (i isa) String() string { return [...]string{"none", "AVX2", "AVX-512"}[i] }

// isaNames are those of --isa.
var isaNames = map[isa]string{avx2: "avx2", avx512: "avx512"}

// machineISA is the widest class that processor and system allow.
func machineISA() isa {
	switch {
	case cpuid.CPU.Supports(cpuid.AVX512F, cpuid.AVX512BW, cpuid.AVX512DQ, cpuid.AVX512VL):
		return avx512
	case cpuid.CPU.Supports(cpuid.AVX2, cpuid.FMA3):
		return avx2
	}
	return older
}

// kernelISA is what the kernels of x86 processors use, by the names that OpenBLAS
// (corename in driver/others/dynamic.c), BLIS (config_name in bli_arch.c) and MKL
// (libmkl_NAME.so) give them, in lower case. MKL's "def" holds what it runs on
// processors of other makers, at the rate of AVX2 (MKL 2026.2 on a Zen 4). Nothing
// is said of a name that is not here.
var kernelISA = map[string]isa{
	"skylakex": avx512, "cooperlake": avx512, "sapphirerapids": avx512, "skx": avx512, "knl": avx512, "zen4": avx512, "zen5": avx512,
	"avx512": avx512, "avx10": avx512,
	"haswell": avx2, "zen": avx2, "zen2": avx2, "zen3": avx2, "excavator": avx2, "avx2": avx2, "def": avx2,
	"generic": older, "unknown": older, "prescott": older, "core2": older, "penryn": older, "dunnington": older, "nehalem": older,
	"sandybridge": older, "atom": older, "nano": older, "athlon": older, "opteron": older, "opteron_sse3": older, "barcelona": older,
	"bobcat": older, "bulldozer": older, "piledriver": older, "steamroller": older, "avx": older, "mc": older, "mc3": older,
}

// below reports whether kernels use less than a machine has.
func below(kernels string, machine isa) bool {
	uses, known := kernelISA[strings.ToLower(kernels)]
	return known && uses < machine
}

// compare notes that the kernels the library has chosen are below this machine.
func (l *Library) compare(kernels, remedy string) {
	l.Below = below(kernels, machineISA())
	l.ISA = isaNames[kernelISA[strings.ToLower(kernels)]]
	if l.Below {
		l.Notes = append(l.Notes, fmt.Sprintf("%s %s runs its %s kernels on a processor with %s: %s", l.Name, l.Version, kernels, machineISA(), remedy))
	}
}

// remedy says how to have better kernels chosen by an environment variable; value
// is empty where none is known. What the user has set stands until the user
// changes it.
func remedy(variable, value string) string {
	switch {
	case os.Getenv(variable) != "":
		return fmt.Sprintf("%s is set to %s: unset it", variable, os.Getenv(variable))
	case value == "":
		return "take another library with --lib blas=PATH"
	}
	return fmt.Sprintf("set %s=%s", variable, value)
}
