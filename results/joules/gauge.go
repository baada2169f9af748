package joules

// Rules for a gauge that stood still: equal for so many update periods and a
// quarter of the span. A gauge with steps coarser than a thousandth of its value
// (DCMI's whole watts) may show the same number for long at a steady load.
const (
	gaugeStillPeriods       = 20
	gaugeStillPeriodsCoarse = 100
	coarse                  = 1e-3
)

// gaugeEnergy is the trapezoid over the knots, with interpolated values at both
// ends of the span.
func (s *Series) gaugeEnergy(span Span, lo, hi int) Energy {
	if s.uncoveredS(span, lo, hi) > gapShare*span.Seconds() {
		return None("gap")
	}
	if s.gaugeStill(span, lo, hi) {
		return None("stood still")
	}
	e := s.trapezoid(span, lo, hi)
	if e <= 0 { // a sensor that is switched off says 0; nothing that works draws nothing
		return None("reads zero")
	}
	return Energy{
		EnergyJ:      e,
		MeanPowerW:   e / span.Seconds(),
		UncertaintyJ: s.gaugeUncertainty(span, lo, hi),
		Readings:     s.inside(span, lo, hi),
	}
}

func (s *Series) trapezoid(span Span, lo, hi int) float64 {
	t, v := span.StartS, s.at(lo, span.StartS)
	e := 0.0
	for _, k := range s.knots[lo+1 : hi] {
		e += (k.t - t) * (k.v + v) / 2
		t, v = k.t, k.v
	}
	return e + (span.EndS-t)*(s.at(hi-1, span.EndS)+v)/2
}

// uncoveredS is how much of the span lies between knots further apart than the
// gap limit.
func (s *Series) uncoveredS(span Span, lo, hi int) float64 {
	limit, sum := s.domain.gapLimitS(), 0.0
	for i := lo; i < hi; i++ {
		a, b := s.knots[i].t, s.knots[i+1].t
		if b-a > limit {
			sum += min(b, span.EndS) - max(a, span.StartS)
		}
	}
	return sum
}

func (s *Series) gaugeStill(span Span, lo, hi int) bool {
	seconds, readings := s.stuck(lo, hi)
	periods := float64(gaugeStillPeriods)
	if s.domain.ResolutionW > coarse*s.knots[lo].v {
		periods = gaugeStillPeriodsCoarse
	}
	return readings >= stillReadings && seconds >= max(periods*s.domain.periodS(), stillShare*span.Seconds())
}
