package joules

import "math"

// Rules for a counter that stood still: at least so many equal readings, over
// so many update periods, over the time in which oneWatt would have made so many
// steps, and over a quarter of the span, since a counter may freeze half way.
const (
	stillReadings = 5
	stillPeriods  = 5
	stillShare    = 0.25
	oneWatt       = 1.0
)

// counterEnergy is the difference of the counter, interpolated linearly at both
// ends between the readings around them. Readings missing in the middle cost
// nothing: the counter has kept them.
func (s *Series) counterEnergy(span Span, lo, hi int) Energy {
	if s.counterStill(span, lo, hi) {
		return None("stood still")
	}
	e := s.at(hi-1, span.EndS) - s.at(lo, span.StartS)
	if e <= 0 { // too few readings to tell a slow counter from a dead one; 0 J is no measurement
		return None("stood still")
	}
	return Energy{
		EnergyJ:      e,
		MeanPowerW:   e / span.Seconds(),
		UncertaintyJ: s.counterUncertainty(span, lo, hi),
		Readings:     s.inside(span, lo, hi),
	}
}

func (s *Series) counterStill(span Span, lo, hi int) bool {
	seconds, readings := s.stuck(lo, hi)
	need := math.Max(stillPeriods*s.domain.periodS(), stillPeriods*s.domain.ResolutionJ/oneWatt)
	return readings >= stillReadings && seconds >= math.Max(need, stillShare*span.Seconds())
}
