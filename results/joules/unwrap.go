package joules

// addCounter appends a counter's knot, unwrapped in joules: within a part the
// value is the register plus whole wraps, so no rounding accumulates.
func (s *Series) addCounter(k knot, p Point) {
	if n := len(s.knots); n > 0 {
		wrapJ, fault := 0.0, "another session"
		if p.Session == s.session {
			wrapJ, fault = s.domain.step(s.raw, p.Value, k.t-s.knots[n-1].t)
		}
		s.wrapped += wrapJ
		if fault != "" {
			k.part = s.cut(fault)
		}
	}
	s.session, s.raw = p.Session, p.Value
	k.v += s.wrapped
	s.knots = append(s.knots, k)
}

// step says what happened between two readings of a counter dtS apart: nothing
// or one wrap, in joules to add, or the fault that parts them.
//
// No domain draws more than maxPowerW, so the counter moved by at most
// boundJ = maxPowerW x (dtS + one stale period). Only where that is under half
// of WrapJ is the number of wraps certain; then an increase beyond the bound is
// no energy ("jumped"), a decrease whose wrapped difference keeps the bound is
// a wrap, and any other decrease is a reset ("ran backwards"). A counter that
// never wraps cannot be ambiguous. The register has one state more than WrapJ
// says (max_energy_range_uj is its largest value): one unit a wrap, 61 µJ.
func (d Domain) step(prevJ, curJ, dtS float64) (wrapJ float64, fault string) {
	boundJ := d.maxPowerW()*(dtS+d.periodS()) + d.ResolutionJ
	delta := curJ - prevJ
	switch {
	case d.WrapJ > 0 && boundJ >= d.WrapJ/2:
		return 0, "gap"
	case delta > boundJ:
		return 0, "jumped"
	case delta >= 0:
		return 0, ""
	case d.WrapJ > 0 && delta+d.WrapJ >= 0 && delta+d.WrapJ <= boundJ:
		return d.WrapJ, ""
	}
	return 0, "ran backwards"
}
