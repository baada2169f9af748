package cblas

import (
	"slices"
	"strings"
)

// parallelOpenBLAS are the answers of openblas_get_parallel (OPENBLAS_SEQUENTIAL,
// OPENBLAS_THREAD and OPENBLAS_OPENMP in its cblas.h).
var parallelOpenBLAS = []string{"sequential", "pthreads", "OpenMP"}

// describeOpenBLAS reads what the library says of itself. Its configuration begins
// "OpenBLAS 0.3.21 … DYNAMIC_ARCH … MAX_THREADS=64".
func describeOpenBLAS(l *Library) error {
	var config, core func() string
	var parallel func() int32
	ask(l, "openblas_get_config", &config)
	words := strings.Fields(config())
	if slices.Contains(words, "USE64BITINT") {
		return l.wide()
	}
	l.Name = "OpenBLAS"
	if len(words) > 1 {
		l.Version, l.Config = words[1], strings.Join(words[2:], " ")
	}
	ask(l, "openblas_get_num_threads", &l.threads)
	if ask(l, "openblas_get_parallel", &parallel) {
		if p := int(parallel()); p >= 0 && p < len(parallelOpenBLAS) {
			l.Config += " " + parallelOpenBLAS[p]
		}
	}
	if !ask(l, "openblas_get_corename", &core) {
		return nil
	}
	l.Kernel = "core " + core()
	if !slices.Contains(words, "DYNAMIC_ARCH") {
		l.compare(core(), "take a build with DYNAMIC_ARCH, such as the wheel scipy-openblas32")
		return nil
	}
	l.Chooser = "OPENBLAS_CORETYPE"
	l.compare(core(), remedy(l.Chooser, coreFor[machineISA()]))
	return nil
}

// coreFor is the OPENBLAS_CORETYPE that every processor with these instructions runs.
var coreFor = map[isa]string{avx2: "Haswell", avx512: "SkylakeX"}
