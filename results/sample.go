package results

import "math"

var blankSample = samplesTable.blank()

// NewSample returns a row of which every number is unmeasured (NaN).
func NewSample() Sample {
	s := blankSample
	s.SchemaVersion = SchemaVersion
	return s
}

// Measured says whether the row holds a window: status ok or void.
func (s *Sample) Measured() bool { return s.Status == OK || s.Status == Void }

// Operations done in the window; NaN for work that has none to count (a stream that
// copies), which then has neither throughput nor efficiency.
func (s *Sample) Operations() float64 {
	if s.Ops == 0 {
		return math.NaN()
	}
	return s.Ops * s.Iterations
}

// AddReason adds to status_reason and keeps what stands there.
func (s *Sample) AddReason(why string) {
	if s.StatusReason != "" {
		why = s.StatusReason + "; " + why
	}
	s.StatusReason = why
}

// Clear empties everything that only a measured window may hold, for a row that
// turns out failed: there is no time without a right answer. ErrorRatio,
// Verified and what describes the work stay.
func (s *Sample) Clear() {
	s.clearDerived()
	s.Iterations = math.NaN()
	s.TemperatureStartC, s.TemperatureEndC = math.NaN(), math.NaN()
	s.CompetingCPUFraction, s.BusyThreads, s.CompileS = math.NaN(), math.NaN(), math.NaN()
	s.ClockHz, s.ClockEvents = math.NaN(), ""
	s.Steady, s.Throttled = Unknown, Unknown
}

// clearDerived empties the cells that Derive fills from a window.
func (s *Sample) clearDerived() {
	nan := math.NaN()
	s.DurationS, s.EnergyJ, s.EnergyUncertaintyJ, s.SystematicUncertaintyPct = nan, nan, nan, nan
	s.IdlePowerW, s.StandbyPowerW, s.EstimatedEnergyLowJ, s.EstimatedEnergyHighJ = nan, nan, nan, nan
	s.StartedAt, s.EnergyDomain, s.EnergyScope, s.EnergyScopeClass, s.EnergyProvenance = "", "", "", "", ""
}
