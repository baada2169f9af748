package power

import (
	"path/filepath"
	"strconv"
	"strings"
)

// cpuFacts are what the meaning of a CPU's counters depends on.
type cpuFacts struct {
	vendor        string // "GenuineIntel", "AuthenticAMD", "HygonGenuine"; "" where the kernel does not say
	family, model int
	hypervisor    bool // CPUID's flag: this is a guest, and its counters are a model's
	sockets       int  // physical packages; 0 unknown
}

func (f cpuFacts) amd() bool { return f.vendor == "AuthenticAMD" || f.vendor == "HygonGenuine" }

// readCPUFacts reads proc/cpuinfo and the topology under the config's root.
func readCPUFacts(cfg Config) cpuFacts {
	var f cpuFacts
	ids := map[string]bool{}
	for line := range strings.Lines(cfg.text("proc/cpuinfo")) {
		key, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(key) {
		case "vendor_id":
			f.vendor = value
		case "cpu family":
			f.family, _ = strconv.Atoi(value)
		case "model":
			f.model, _ = strconv.Atoi(value)
		case "physical id":
			ids[value] = true
		case "flags":
			f.hypervisor = f.hypervisor || strings.Contains(" "+value+" ", " hypervisor ")
		}
	}
	if topology := packageIDs(cfg); len(topology) > 0 {
		ids = topology
	}
	f.sockets = len(ids)
	return f
}

// packageIDs are the distinct physical_package_id of the CPUs that the kernel
// shows; offline ones have none.
func packageIDs(cfg Config) map[string]bool {
	ids := map[string]bool{}
	files, _ := filepath.Glob(cfg.path("sys/devices/system/cpu/cpu[0-9]*/topology/physical_package_id"))
	for _, file := range files {
		if id := readTrimmed(file); id != "" && id != "-1" {
			ids[id] = true
		}
	}
	return ids
}
