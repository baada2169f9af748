package results

import (
	"math"
	"strconv"
	"strings"
)

// A Key is a configuration: rows of equal keys repeat one measurement and may be
// summed up or compared, others may not.
type Key struct {
	MachineID       string
	Runner          string
	DeviceID        string
	Workload        string
	WorkloadVersion int
	Fill            string
	Threads         int
	DeviceCount     int     // devices that computed in one common window
	PowerLimitW     float64 // -1 = none known: NaN would not equal itself
}

// KeyOf is the configuration of a sample.
func KeyOf(s *Sample) Key {
	return Key{s.MachineID, s.Runner, s.DeviceID, s.Workload, s.WorkloadVersion, s.Fill, s.Threads, s.DeviceCount, limitKey(s.PowerLimitW)}
}

// Key is the configuration of a summary's row.
func (r *SummaryRow) Key() Key {
	return Key{r.MachineID, r.Runner, r.DeviceID, r.Workload, r.WorkloadVersion, r.Fill, r.Threads, max(1, r.DeviceCount), limitKey(r.PowerLimitW)}
}

func limitKey(w float64) float64 {
	if math.IsNaN(w) {
		return -1
	}
	return w
}

// String is the key's parts that a reader needs to know it by.
func (k Key) String() string {
	parts := []string{k.Workload, k.Runner, k.DeviceID}
	if k.Threads > 0 {
		parts = append(parts, strconv.Itoa(k.Threads)+" threads")
	}
	if k.DeviceCount > 1 {
		parts = append(parts, strconv.Itoa(k.DeviceCount)+" devices together")
	}
	if k.PowerLimitW >= 0 {
		parts = append(parts, digits(k.PowerLimitW)+" W")
	}
	return strings.Join(parts, " ")
}

// differences lists the fields in which two keys differ, with both values.
func (k Key) differences(other Key) []string {
	var fields []string
	add := func(name, a, b string) {
		if a != b {
			fields = append(fields, name+" ("+shown(a)+" against "+shown(b)+")")
		}
	}
	add("machine", k.MachineID, other.MachineID)
	add("runner", k.Runner, other.Runner)
	add("device", k.DeviceID, other.DeviceID)
	add("workload", k.Workload, other.Workload)
	add("workload_version", strconv.Itoa(k.WorkloadVersion), strconv.Itoa(other.WorkloadVersion))
	add("fill", k.Fill, other.Fill)
	add("threads", strconv.Itoa(k.Threads), strconv.Itoa(other.Threads))
	add("device_count", strconv.Itoa(k.DeviceCount), strconv.Itoa(other.DeviceCount))
	add("power_limit_w", limitText(k.PowerLimitW), limitText(other.PowerLimitW))
	return fields
}

func limitText(w float64) string {
	if w < 0 {
		return "none"
	}
	return digits(w)
}

// compare orders keys for people: device, runner, then workloads by size.
func (k Key) compare(other Key) int {
	for _, c := range []int{
		naturalCompare(k.MachineID, other.MachineID),
		naturalCompare(k.DeviceID, other.DeviceID),
		naturalCompare(k.Runner, other.Runner),
		naturalCompare(k.Workload, other.Workload),
		k.WorkloadVersion - other.WorkloadVersion,
		naturalCompare(k.Fill, other.Fill),
		k.Threads - other.Threads,
		k.DeviceCount - other.DeviceCount,
		int(math.Copysign(1, k.PowerLimitW-other.PowerLimitW)),
	} {
		if c != 0 {
			return c
		}
	}
	return 0
}
