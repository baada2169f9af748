package results

import (
	"fmt"
	"math"
)

// samples recomputes every row of samples.csv.
func (v *verifier) samples() {
	for i := range v.run.Samples {
		v.sample(i+2, &v.run.Samples[i])
	}
	missing := 0
	for _, step := range v.run.Plan.Steps {
		if v.sampleRow[stepKey{step.Trial, step.Order}] == 0 {
			missing++
		}
	}
	if missing > 0 {
		v.stopped(samplesTable.File, 0, "", fmt.Sprintf("%d of %d planned steps have no row: joulemark run --resume %s",
			missing, len(v.run.Plan.Steps), v.run.Dir))
	}
}

func (v *verifier) sample(n int, s *Sample) {
	key := stepKey{s.Trial, s.Order}
	if first := v.sampleRow[key]; first != 0 {
		v.find(samplesTable.File, n, "order", fmt.Sprintf("trial %d order %d stands in row %d already", s.Trial, s.Order, first))
		return
	}
	v.sampleRow[key] = n
	step := v.steps[key]
	if step == nil {
		v.find(samplesTable.File, n, "order", fmt.Sprintf("%s has no step with trial %d order %d", PlanFile, s.Trial, s.Order))
		return
	}
	if v.works[key] == nil {
		return // the plan's own finding stands for it
	}
	win, _, _ := v.index.Spans(s.Trial, s.Order)
	if s.Measured() && !(win.Seconds() > 0) {
		v.find(samplesTable.File, n, "duration_s", fmt.Sprintf("status %s, but %s has no window of trial %d order %d", s.Status, phasesTable.File, s.Trial, s.Order))
		return
	}
	want, energy := v.expected(s, step)
	v.sampleEnergy(s, energy)
	v.sampleSense(n, s)
	v.sampleCells(n, s, &want)
}

// expected is the row, with its energy, as it follows from the other files.
func (v *verifier) expected(s *Sample, step *PlanStep) (Sample, []EnergyRow) {
	p, m, key := v.run.Plan, v.run.Machine, stepKey{s.Trial, s.Order}
	want := *s
	want.RunID, want.MachineID, want.MachineModel = p.RunID, m.MachineID, m.MachineModel
	want.Runner, want.DeviceID = step.Runner, step.DeviceID
	want.Suite, want.Seed = p.Suite, p.Seed
	want.GroupID, want.DeviceCount = step.Group, v.groups.size(step)
	if d, known := v.devices[[2]string{step.Runner, step.DeviceID}]; known {
		want.RunnerVersion, want.DeviceName = d.RunnerVersion, d.Name
	}
	win, idle, standby := v.index.Spans(s.Trial, s.Order)
	if !s.Measured() {
		win.EndS = win.StartS
		want.Clear()
	}
	energy := Derive(&want, v.works[key], m, win, idle, standby, v.series[m.session(win.StartS)])
	if !s.Measured() && math.IsNaN(s.Ops) && math.IsNaN(s.Bytes) {
		want.Ops, want.Bytes = s.Ops, s.Bytes // counts of work that was not done may stay away
	}
	if !math.IsNaN(s.ErrorRatio) {
		want.Verified = TruthOf(s.ErrorRatio <= 1)
	}
	return want, energy
}

// sampleCells compares the row with the expected one, column by column.
func (v *verifier) sampleCells(n int, s, want *Sample) {
	for _, c := range samplesTable.Columns {
		if got, follows := c.Field(s), c.Field(want); cellDiffers(got, follows, "") != "" {
			v.find(samplesTable.File, n, c.Name, cellDiffers(got, follows, sampleSource(c.Name, s)))
		}
	}
}

// sampleSense checks what no other file says.
func (v *verifier) sampleSense(n int, s *Sample) {
	file := samplesTable.File
	switch s.Status {
	case OK, Void, Unsupported, Unavailable, Failed:
	default:
		v.find(file, n, "status", fmt.Sprintf("%q is none of ok, void, unsupported, unavailable and failed", shorten(s.Status)))
	}
	if s.Measured() && !(s.Iterations >= 1 && s.Iterations == math.Trunc(s.Iterations)) {
		v.find(file, n, "iterations", "a measured row counts at least one whole iteration")
	}
	if s.ErrorRatio < 0 {
		v.find(file, n, "error_ratio", "an error is not below zero")
	}
	if s.Status == OK && (s.Verified != True || math.IsNaN(s.ErrorRatio)) {
		v.find(file, n, "verified", "status ok stands only for output that was checked and is right")
	}
	if s.Status != OK && s.StatusReason == "" {
		v.find(file, n, "status_reason", "a row that is not ok says why")
	}
}
