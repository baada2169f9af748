package runners

import (
	"cmp"

	"golang.org/x/sys/unix"

	"joulemark/runners/internal/gemm"
)

// thisMachine asks the kernel. macOS has no measure of what may be taken without
// swapping, so three quarters of the memory stand for what is free.
func thisMachine(string) cpuMachine {
	total := sysctl("hw.memsize")
	return cpuMachine{
		totalBytes: total,
		cacheBytes: cmp.Or(sysctl("hw.l3cachesize"), appleCacheBytes(), cpuidCacheBytes()),
		caches:     orElse(sysctlCaches(), cpuidCaches()),
		freeBytes:  func() int64 { return total / 4 * 3 },
	}
}

// appleCacheBytes stands for Apple silicon, which does not tell its last level, the
// system-level cache: 96 MiB, the largest of the published range from M1 to M1
// Ultra (H. Oakley, Apple silicon: memory and internal storage, eclecticlight.co,
// March 2024). Too large a figure only costs memory.
func appleCacheBytes() int64 {
	if sysctl("hw.perflevel0.l2cachesize") == 0 {
		return 0
	}
	return 96 << 20
}

func sysctl(name string) int64 {
	n, err := unix.SysctlUint64(name)
	if err != nil {
		return 0
	}
	return int64(n)
}

func systemCPUName() string {
	name, _ := unix.Sysctl("machdep.cpu.brand_string")
	return name
}

// sysctlCaches is what the performance cores have: a blocking for them is what the
// efficiency cores, with smaller caches, hold up little.
func sysctlCaches() gemm.Caches {
	return gemm.Caches{
		L1Bytes: int(cmp.Or(sysctl("hw.perflevel0.l1dcachesize"), sysctl("hw.l1dcachesize"))),
		L2Bytes: int(cmp.Or(sysctl("hw.perflevel0.l2cachesize"), sysctl("hw.l2cachesize"))),
		L3Bytes: int(sysctl("hw.l3cachesize")),
	}
}
