package power

import "golang.org/x/sys/unix"

// ClockNS is CLOCK_UPTIME_RAW in nanoseconds, the clock of every stamp in a run:
// it is what mach_absolute_time counts and stands still in sleep.
func ClockNS() int64 { return clock(unix.CLOCK_UPTIME_RAW) }

// threadCPUNS is the CPU time of the calling thread, ok where the OS has it.
func threadCPUNS() (ns int64, ok bool) { return clock(unix.CLOCK_THREAD_CPUTIME_ID), true }

func clock(id int32) int64 {
	var t unix.Timespec
	if err := unix.ClockGettime(id, &t); err != nil {
		panic("power: clock_gettime: " + err.Error()) // both clocks exist since macOS 10.12
	}
	return t.Nano()
}
