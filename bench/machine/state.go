package machine

import (
	"math"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/prometheus/procfs"
)

// A State is what changes while a run goes on. Two of them, taken at the ends of
// a window, tell whether the window may be used.
type State struct {
	TemperatureC  float64 // hottest CPU sensor; NaN where there is none
	ThrottleCount float64 // thermal throttle events since boot, summed; NaN where not counted
	BusyS         float64 // CPU time of everything on the machine since boot, stolen time included; NaN where not known
	OwnS          float64 // CPU time of this process and of the process groups it names
	GroupS        float64 // CPU time of the first of those groups alone; NaN where not known
	CPUs          int     // online
	Affinity      int     // CPUs this process may use
	GroupCPUs     CPUSet  // of the leader of the first of those groups
}

// A CPUSet is the online CPUs that a process may use, "0,1,4"; "" where not known. It
// has two, because a library may bind threads of its own, but then not all of them.
type CPUSet struct {
	First string // of its first thread
	Any   string // of all its threads together
}

// Len is the number of CPUs that any of its threads may use; 0 where not known.
func (c CPUSet) Len() int {
	if c.Any == "" {
		return 0
	}
	return strings.Count(c.Any, ",") + 1
}

// ReadState looks at the machine whose sensors lie under root. CPU time is always
// that of the machine itself: groups are the process groups that are ours, that of
// the worker in question first.
func ReadState(root string, groups ...int) State {
	if root == "" {
		root = "/"
	}
	s := State{TemperatureC: TemperatureC(root), ThrottleCount: throttleCount(root), BusyS: math.NaN(), OwnS: math.NaN(), GroupS: math.NaN(),
		CPUs: runtime.NumCPU(), Affinity: affinity()}
	fs, err := procfs.NewFS("/proc")
	if err != nil {
		return s
	}
	if st, err := fs.Stat(); err == nil {
		t := st.CPUTotal
		s.BusyS = t.User + t.Nice + t.System + t.IRQ + t.SoftIRQ + t.Steal
		s.CPUs = max(1, len(st.CPU))
	}
	s.OwnS, s.GroupS = ownSeconds(fs, groups)
	if len(groups) > 0 {
		s.GroupCPUs = cpusOf(groups[0])
	}
	return s
}

// ownSeconds adds up the CPU time of this process and of every process of groups, and
// that of the first group alone.
func ownSeconds(fs procfs.FS, groups []int) (own, first float64) {
	self, err := fs.Self()
	if err != nil {
		return math.NaN(), math.NaN()
	}
	mine := map[int]bool{}
	for _, g := range groups {
		mine[g] = true
	}
	procs, err := fs.AllProcs()
	if err != nil {
		return math.NaN(), math.NaN()
	}
	for _, p := range procs {
		st, err := p.Stat()
		if err != nil { // it ended meanwhile
			continue
		}
		switch {
		case mine[st.PGRP]:
			own += withChildren(st)
		case p.PID == self.PID:
			own += st.CPUTime()
		}
		if len(groups) > 0 && st.PGRP == groups[0] {
			first += withChildren(st)
		}
	}
	return own, first
}

// withChildren is the CPU time of a process with that of its children that have ended:
// what those took must not vanish with them.
func withChildren(st procfs.ProcStat) float64 {
	return st.CPUTime() + float64(st.CUTime+st.CSTime)/ticksPerSecond
}

// ticksPerSecond of /proc/PID/stat on every architecture that Go runs on (USER_HZ).
const ticksPerSecond = 100

// BusyThreads is the CPU time that the worker's group took between two states over elapsed
// time: how many threads were at work on average. NaN where not known.
func BusyThreads(before, after State, seconds float64) float64 {
	return (after.GroupS - before.GroupS) / seconds
}

// CompetingFraction is the CPU time that others took between two states, over
// elapsed time x CPUs, 0…1; NaN where the kernel does not count it. The kernel
// counts in ticks of 10 ms, so windows under a second give a rough figure.
func CompetingFraction(before, after State, seconds float64) float64 {
	others := (after.BusyS - before.BusyS) - (after.OwnS - before.OwnS)
	return min(1, math.Max(0, others/(seconds*float64(after.CPUs))))
}

// cpuChips are the hwmon drivers of CPU temperatures (Documentation/hwmon).
var cpuChips = map[string]bool{"coretemp": true, "k10temp": true, "zenpower": true, "cpu_thermal": true, "scpi_sensors": true, "smpro": true}

// TemperatureC is the hottest CPU sensor under root; NaN where there is none.
func TemperatureC(root string) float64 {
	hottest := math.NaN()
	see := func(file string) {
		if milli, err := strconv.ParseFloat(firstLine("", file), 64); err == nil && !(milli/1000 <= hottest) {
			hottest = milli / 1000
		}
	}
	for _, dir := range glob(root, "sys/class/hwmon/hwmon*") {
		if cpuChips[firstLine(dir, "name")] {
			for _, f := range glob(dir, "temp*_input") {
				see(f)
			}
		}
	}
	for _, dir := range glob(root, "sys/class/thermal/thermal_zone*") {
		if firstLine(dir, "type") == "x86_pkg_temp" {
			see(filepath.Join(dir, "temp"))
		}
	}
	return hottest
}

func throttleCount(root string) float64 {
	sum := math.NaN()
	for _, f := range glob(root, "sys/devices/system/cpu/cpu[0-9]*/thermal_throttle/*_throttle_count") {
		n, err := strconv.ParseFloat(firstLine("", f), 64)
		if err != nil {
			continue
		}
		if math.IsNaN(sum) {
			sum = 0
		}
		sum += n
	}
	return sum
}
