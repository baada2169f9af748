package runners

import (
	"cmp"
	"runtime"
	"strings"

	"github.com/klauspost/cpuid/v2"
)

// A cpuMachine is what a task must know of memory and caches before it takes any.
type cpuMachine struct {
	totalBytes int64        // 0 = unknown
	cacheBytes int64        // all last-level caches of the CPUs that may be used, together; 0 = unknown
	freeBytes  func() int64 // what can be taken now without swapping or reaching a limit; 0 = unknown
}

// cpuName is the processor's model as its maker writes it.
func cpuName() string {
	return cmp.Or(strings.Join(strings.Fields(cpuid.CPU.BrandName), " "), systemCPUName(), runtime.GOARCH)
}

// cpuidCacheBytes is one instance of the last level, as the processor itself says.
func cpuidCacheBytes() int64 { return int64(max(cpuid.CPU.Cache.L3, cpuid.CPU.Cache.L2, 0)) }
