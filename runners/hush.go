package runners

import (
	"runtime"
	"runtime/debug"
)

// heapSlack is what the worker may allocate before it collects garbage within a
// window after all, rather than run out of memory.
const heapSlack = 256 << 20

// hush keeps Go's own work out of the windows, from the first of a row of them until
// something else is asked.
//
// The garbage collector runs once before and is off then. The scheduler gets as many
// processors as the task computes with: it interrupts a goroutine every 10 ms, and an
// idle processor takes it to another core, whose caches are cold, half of the time, after
// a search that costs power besides. Matrix products by one thread of two were 1.01-1.06
// times as fast so (Zen 3, 12 cells of fp64 and fp32, n = 512, 1024, 2048, 21 rounds in turn),
// and locked to its thread of the system 1.00-1.065: with that each interruption switches
// threads.
type hush struct {
	on         bool
	percent    int
	limit      int64
	processors int
}

// begin hushes for a task that computes with so many threads; 0: unknown.
func (h *hush) begin(threads int) {
	if h.on {
		return
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	h.percent = debug.SetGCPercent(-1)
	h.limit = debug.SetMemoryLimit(int64(m.Sys-m.HeapReleased) + heapSlack)
	h.processors = runtime.GOMAXPROCS(0)
	if threads > 0 && threads < h.processors {
		runtime.GOMAXPROCS(threads)
	}
	h.on = true
}

func (h *hush) end() {
	if !h.on {
		return
	}
	debug.SetGCPercent(h.percent)
	debug.SetMemoryLimit(h.limit)
	if h.processors != runtime.GOMAXPROCS(0) {
		runtime.GOMAXPROCS(h.processors)
	}
	h.on = false
}
