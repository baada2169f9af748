package runners

import (
	"cmp"

	"golang.org/x/sys/unix"
)

// thisMachine asks the kernel. macOS has no measure of what may be taken without
// swapping, so three quarters of the memory stand for what is free.
func thisMachine(string) cpuMachine {
	total := sysctl("hw.memsize")
	return cpuMachine{
		totalBytes: total,
		cacheBytes: cmp.Or(sysctl("hw.l3cachesize"), appleCacheBytes(), cpuidCacheBytes()),
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
