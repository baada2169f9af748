package machine

import (
	"math"
	"path/filepath"
	"strconv"
	"strings"
)

// PowerLimitW is the long-term power limit of all CPU packages under root, as the
// powercap zones hold it; NaN where no zone says one. Zones of the memory-mapped
// interface show the same packages again and are left out, as are those of AMD,
// which have no constraint.
func PowerLimitW(root string) float64 {
	if root == "" {
		root = "/"
	}
	sum := math.NaN()
	seen := map[string]bool{}
	for _, zone := range glob(root, "sys/class/powercap/intel-rapl:*") {
		name := firstLine(zone, "name")
		if strings.Count(filepath.Base(zone), ":") != 1 || !strings.HasPrefix(name, "package") || seen[name] || firstLine(zone, "constraint_0_name") != "long_term" {
			continue
		}
		microwatts, err := strconv.ParseFloat(firstLine(zone, "constraint_0_power_limit_uw"), 64)
		if err != nil || microwatts <= 0 {
			continue
		}
		seen[name] = true
		if math.IsNaN(sum) {
			sum = 0
		}
		sum += microwatts / 1e6
	}
	return sum
}
