package runners

import (
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// pin restricts this thread, and with it what it executes next, to the first CPUs
// of those it may use. It reports whether anything had to be changed.
func (e Entry) pin(s Setup) (bool, error) {
	if !e.Pin || s.Threads <= 0 {
		return false, nil
	}
	runtime.LockOSThread() // the thread that calls exec hands on its affinity
	var all, some unix.CPUSet
	if err := unix.SchedGetaffinity(0, &all); err != nil {
		return false, os.NewSyscallError("sched_getaffinity", err)
	}
	if all.Count() <= s.Threads {
		return false, nil
	}
	for cpu := 0; some.Count() < s.Threads; cpu++ {
		if all.IsSet(cpu) {
			some.Set(cpu)
		}
	}
	return true, os.NewSyscallError("sched_setaffinity", unix.SchedSetaffinity(0, &some))
}
