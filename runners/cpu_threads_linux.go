package runners

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// cgroupCPUs is the CPU time per time, in CPUs, that this process's control group and
// its parents have by the tightest of their quotas; 0 where there is none.
func cgroupCPUs(root string) float64 {
	tightest := 0.0
	for generation, dir := range controlGroups(root, "cpu") {
		if q := quotaCPUs(generation, dir); q > 0 && (tightest == 0 || q < tightest) {
			tightest = q
		}
	}
	return tightest
}

// quotaCPUs reads one group: microseconds of CPU time in each period of so many. "max"
// and -1 are none.
func quotaCPUs(generation int, dir string) float64 {
	var quota, period float64
	if generation == 2 {
		text, _ := os.ReadFile(filepath.Join(dir, "cpu.max"))
		if f := strings.Fields(string(text)); len(f) == 2 {
			quota, _ = strconv.ParseFloat(f[0], 64)
			period, _ = strconv.ParseFloat(f[1], 64)
		}
	} else {
		q, _ := readInt(filepath.Join(dir, "cpu.cfs_quota_us"))
		p, _ := readInt(filepath.Join(dir, "cpu.cfs_period_us"))
		quota, period = float64(q), float64(p)
	}
	if quota <= 0 || period <= 0 {
		return 0
	}
	return quota / period
}
