//go:build !linux && !darwin

package power

import "time"

var processStart = time.Now()

// ClockNS is nanoseconds of Go's monotonic clock since the program began: the
// system's own is not reachable portably, and one process makes all stamps here.
func ClockNS() int64 { return int64(time.Since(processStart)) }

// threadCPUNS is not known here, and CPUFraction is then NaN.
func threadCPUNS() (ns int64, ok bool) { return 0, false }
