//go:build linux || darwin

package runners

import "golang.org/x/sys/unix"

// ClockNS is the time in nanoseconds on the clock that conductor, worker and
// power recorder share: CLOCK_MONOTONIC, on macOS CLOCK_UPTIME_RAW (both stand
// still during suspend). Go's own monotonic readings have a zero of their own in
// each process and cannot be compared between two.
func ClockNS() int64 {
	var t unix.Timespec
	if err := unix.ClockGettime(clockID, &t); err != nil {
		panic("runners: no monotonic clock: " + err.Error()) // the kernel lacks a clock that POSIX requires
	}
	return t.Nano()
}
