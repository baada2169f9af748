//go:build !linux && !darwin

package runners

// thisMachine knows nothing of memory here: allocations that do not fit fail
// without a plan, and caches are what the processor itself says.
func thisMachine(string) cpuMachine {
	return cpuMachine{cacheBytes: cpuidCacheBytes(), caches: cpuidCaches(), freeBytes: func() int64 { return 0 }}
}

func systemCPUName() string { return "" }
