package runners

import (
	"cmp"
	"runtime"
	"strings"

	"github.com/klauspost/cpuid/v2"

	"joulemark/runners/internal/gemm"
)

// A cpuMachine is what a task must know of memory and caches before it takes any.
type cpuMachine struct {
	totalBytes int64        // 0 = unknown
	cacheBytes int64        // all last-level caches of the CPUs that may be used, together; 0 = unknown
	caches     gemm.Caches  // that blocking is chosen for
	freeBytes  func() int64 // what can be taken now without swapping or reaching a limit; 0 = unknown
}

// cpuName is the processor's model as its maker writes it.
func cpuName() string {
	return cmp.Or(strings.Join(strings.Fields(cpuid.CPU.BrandName), " "), systemCPUName(), runtime.GOARCH)
}

// cpuidCacheBytes is one instance of the last level, as the processor itself says.
func cpuidCacheBytes() int64 { return int64(max(cpuid.CPU.Cache.L3, cpuid.CPU.Cache.L2, 0)) }

// cpuidCaches is what the processor says of one core; 0 where it does not.
func cpuidCaches() gemm.Caches {
	c := cpuid.CPU.Cache
	return gemm.Caches{L1Bytes: max(c.L1D, 0), L2Bytes: max(c.L2, 0), L3Bytes: max(c.L3, 0)}
}

// orElse takes from other what c does not know.
func orElse(c, other gemm.Caches) gemm.Caches {
	return gemm.Caches{
		L1Bytes: cmp.Or(c.L1Bytes, other.L1Bytes),
		L2Bytes: cmp.Or(c.L2Bytes, other.L2Bytes),
		L3Bytes: cmp.Or(c.L3Bytes, other.L3Bytes),
	}
}
