package runners

import (
	"math"
	"runtime"
)

// cpuThreads is the number of threads that really compute: as many as asked for, at
// most as many as can run at once. A step that gets fewer than it asked for is computed
// all the same, says its number in Info.Threads, and its row is void.
func cpuThreads(asked int) int { return threadsWithin(asked, "/") }

// threadsWithin reads the quota under root. The affinity is that which the process
// began with: libraries bind the very thread that asks to one CPU.
func threadsWithin(asked int, root string) int {
	usable := min(runtime.GOMAXPROCS(0), usableThreads(runtime.NumCPU(), cgroupCPUs(root)))
	if asked <= 0 {
		return usable
	}
	return min(asked, usable)
}

// usableThreads is how many threads it takes to use so many CPUs, and the time that
// a quota gives (0 if there is none). A quota of half a CPU is one thread: the runtime
// would start two, which the kernel stops in turn. One of three and a half is four.
func usableThreads(cpus int, quotaCPUs float64) int {
	if quotaCPUs > 0 {
		return min(cpus, int(math.Ceil(quotaCPUs)))
	}
	return cpus
}
