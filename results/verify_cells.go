package results

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
)

// Tolerances of a recomputed number. The same code on the same machine gives the
// same bits; other processors may fuse a multiplication with an addition, and a
// counter that stands at a megajoule then differs in its tenth digit.
const (
	relativeTolerance = 1e-9
	absoluteTolerance = 1e-9
)

// cellDiffers says how a cell differs from what follows from another file; ""
// where it does not. Both are pointers to fields of one type.
func cellDiffers(stands, follows any, from string) string {
	if got, ok := stands.(*float64); ok {
		return numberDiffers(*got, *follows.(*float64), from)
	}
	if got, ok := stands.(*string); ok && *got == *follows.(*string) {
		return ""
	}
	var room [2][32]byte
	a, b := appendCell(room[0][:0], stands, false), appendCell(room[1][:0], follows, false)
	if bytes.Equal(a, b) {
		return ""
	}
	return differs(string(a), string(b), from)
}

func numberDiffers(got, want float64, from string) string {
	tolerance := math.Max(absoluteTolerance, relativeTolerance*math.Abs(want))
	switch {
	case math.IsNaN(got) && (math.IsNaN(want) || math.IsInf(want, 0)):
		return ""
	case math.Abs(got-want) <= tolerance:
		return ""
	case math.IsNaN(want):
		return differs(full(got), "", from)
	}
	return fmt.Sprintf("%s (tolerance %.1g)", differs(full(got), full(want), from), tolerance)
}

// full is every digit of a number, since two that differ must look different.
func full(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// sampleSource says which file a column of samples.csv follows from.
func sampleSource(column string, s *Sample) string {
	switch column {
	case "run_id", "runner", "runner_version", "device_id", "device_name", "workload", "workload_version",
		"dtype", "fill", "ops", "bytes", "seed", "suite":
		return PlanFile
	case "machine_id", "machine_model":
		return MachineFile
	case "verified":
		return "error_ratio"
	}
	if !s.Measured() {
		return "status " + s.Status
	}
	switch column {
	case "duration_s":
		return phasesTable.File
	case "status_reason", "energy_j", "energy_uncertainty_j", "systematic_uncertainty_pct", "idle_power_w", "standby_power_w":
		return powerTable.File
	}
	return MachineFile
}
