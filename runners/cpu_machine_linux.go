package runners

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"

	"github.com/prometheus/procfs"
	"golang.org/x/sys/unix"
)

// thisMachine reads /proc and /sys under root.
func thisMachine(root string) cpuMachine {
	total, _ := memInfo(root)
	if limit, _, ok := cgroupMemory(root); ok {
		total = min(total, limit)
	}
	return cpuMachine{
		totalBytes: total,
		cacheBytes: cmp.Or(sysCacheBytes(root, allowedCPUs()), cpuidCacheBytes()),
		caches:     orElse(sysCaches(root, allowedCPUs()), cpuidCaches()),
		freeBytes:  func() int64 { return freeMemory(root) },
	}
}

// freeMemory is MemAvailable, or what the control group still allows if less.
func freeMemory(root string) int64 {
	_, free := memInfo(root)
	if _, left, ok := cgroupMemory(root); ok {
		free = min(free, left)
	}
	return free
}

// memInfo gives MemTotal and MemAvailable in bytes, 0 where unknown.
func memInfo(root string) (total, available int64) {
	fs, err := procfs.NewFS(filepath.Join(root, "proc"))
	if err != nil {
		return 0, 0
	}
	info, err := fs.Meminfo()
	if err != nil {
		return 0, 0
	}
	return fromPointer(info.MemTotalBytes), fromPointer(info.MemAvailableBytes)
}

func fromPointer(n *uint64) int64 {
	if n == nil {
		return 0
	}
	return int64(*n)
}

// allowedCPUs says whether this process may run on a CPU; on any, if the system
// does not tell.
func allowedCPUs() func(cpu int) bool {
	var set unix.CPUSet
	if unix.SchedGetaffinity(0, &set) != nil {
		return func(int) bool { return true }
	}
	return set.IsSet
}

// systemCPUName is what /proc/cpuinfo or the device tree says, for processors
// without CPUID.
func systemCPUName() string {
	if fs, err := procfs.NewDefaultFS(); err == nil {
		if info, err := fs.CPUInfo(); err == nil && len(info) > 0 && info[0].ModelName != "" {
			return info[0].ModelName
		}
	}
	model, _ := os.ReadFile("/proc/device-tree/model")
	return strings.Trim(string(model), "\x00 \n")
}
