package joules

// addGauge appends a gauge's knot unless it only repeats the one before it.
//
// A sensor read more often than it updates shows each value several times, and
// the copies would weigh stretches in which polling was fast. But a repeated
// value is also what a steady load looks like, so it is dropped only within half
// an update period of the last one kept: later than that it is news.
func (s *Series) addGauge(k knot, p Point) {
	if n := len(s.knots); n > 0 {
		last := s.knots[n-1]
		if p.Session != s.session {
			k.part = s.cut("another session")
		} else if k.v == last.v && k.t-last.t < s.domain.periodS()/2 {
			return
		}
	}
	s.session = p.Session
	s.knots = append(s.knots, k)
}
