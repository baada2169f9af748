package joules

import (
	"math"
	"sort"
)

// A Series is the usable readings of one domain in time order: counters
// unwrapped into joules, gauges shifted to the time they speak of.
//
// What a span gives depends on the points up to the first usable one at or
// after its shifted end and on nothing later, so that the loop that measures
// and the verifier that sees the whole file agree bit for bit. Final says
// whether that point, or its absence, is certain.
type Series struct {
	domain Domain
	shiftS float64
	knots  []knot
	late   []float64 // times of readings that took too long
	breaks []string  // breaks[i] is why part i+1 does not continue part i
	latest float64   // newest time seen in any point, shifted

	session int
	raw     float64 // last counter value as read
	wrapped float64 // joules of all wraps so far
}

// A knot is a usable reading. Knots of one part may be subtracted or joined.
type knot struct {
	t, v  float64 // s on the run's clock, shifted; J unwrapped or W
	readS float64
	part  int
}

// NewSeries takes the points of one domain in time order. O(n).
func NewSeries(d Domain, points []Point) *Series {
	s := &Series{domain: d, shiftS: d.Shift().Seconds(), latest: math.Inf(-1)}
	s.knots = make([]knot, 0, len(points))
	for _, p := range points {
		s.Add(p)
	}
	return s
}

// Add appends one point, later than all before it; one that is not is ignored.
func (s *Series) Add(p Point) {
	t := p.TimeS - s.shiftS
	if math.IsNaN(t) || t <= s.latest {
		return
	}
	s.latest = t
	if p.Status == StatusLate {
		s.late = append(s.late, t)
	}
	if p.Status != StatusOK || !s.domain.possible(p.Value) {
		return
	}
	k := knot{t: t, v: p.Value, readS: p.ReadS, part: len(s.breaks)}
	if s.domain.Kind == Counter {
		s.addCounter(k, p)
	} else {
		s.addGauge(k, p)
	}
}

// possible says whether a value can be one at all. Drivers print errors as huge
// numbers (4294967201 µW is -95 in 32 bits), and no sensor here counts down.
func (d Domain) possible(v float64) bool {
	if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
		return false
	}
	return d.Kind == Counter || v <= d.maxPowerW()
}

// cut ends the current part for the given reason; knots to come do not join it.
func (s *Series) cut(why string) int {
	s.breaks = append(s.breaks, why)
	return len(s.breaks)
}

// Energy is what the readings give for the span: O(log n + readings in it).
func (s *Series) Energy(span Span) Energy {
	if !(span.Seconds() > 0) {
		return None("empty span")
	}
	lo, hi, fault := s.bracket(span)
	if fault != "" {
		return None(fault)
	}
	if s.domain.Kind == Counter {
		return s.counterEnergy(span, lo, hi)
	}
	return s.gaugeEnergy(span, lo, hi)
}

// Final reports whether points to come can still change Energy(span). It turns
// true with the first usable point at or after the shifted end, or once so much
// time has been seen without one that the span has a gap at its end.
func (s *Series) Final(span Span) bool {
	return s.after(span.EndS) < len(s.knots) || s.latest > span.EndS+s.domain.gapLimitS()
}

// after is the index of the first knot at or after t.
func (s *Series) after(t float64) int {
	return sort.Search(len(s.knots), func(i int) bool { return s.knots[i].t >= t })
}

// bracket finds the last knot at or before the start and the first at or after
// the end, or says why the stretch between them cannot be used.
func (s *Series) bracket(span Span) (lo, hi int, fault string) {
	limit := s.domain.gapLimitS()
	hi = s.after(span.EndS)
	if hi == 0 && (len(s.knots) == 0 || s.knots[0].t > span.EndS) {
		return 0, 0, s.silence(span)
	}
	if hi == len(s.knots) || s.knots[hi].t-span.EndS > limit {
		return 0, 0, "gap"
	}
	lo = s.after(span.StartS)
	if s.knots[lo].t > span.StartS {
		lo--
	}
	if lo < 0 || span.StartS-s.knots[lo].t > limit {
		return 0, 0, "gap"
	}
	if part := s.knots[lo].part; part != s.knots[hi].part {
		return 0, 0, s.breaks[part]
	}
	return lo, hi, ""
}

// silence is why there is nothing to use: nobody read, or every reading in the span
// took so long that nobody can say of which moment it speaks.
func (s *Series) silence(span Span) string {
	at := sort.SearchFloat64s(s.late, span.StartS)
	if at < len(s.late) && s.late[at] <= span.EndS {
		return "readings took too long"
	}
	return "no readings"
}

// inside counts the knots of lo…hi that lie within the span.
func (s *Series) inside(span Span, lo, hi int) int {
	n := hi - lo + 1
	if s.knots[lo].t < span.StartS {
		n--
	}
	if s.knots[hi].t > span.EndS {
		n--
	}
	return n
}

// at interpolates between knots i and i+1.
func (s *Series) at(i int, t float64) float64 {
	a, b := s.knots[i], s.knots[i+1]
	return a.v + (b.v-a.v)*((t-a.t)/(b.t-a.t))
}

// stuck returns the longest stretch, in seconds, in which the value did not
// change, and the number of knots in it.
func (s *Series) stuck(lo, hi int) (seconds float64, readings int) {
	from := lo
	for i := lo + 1; i <= hi; i++ {
		if s.knots[i].v != s.knots[from].v {
			from = i
		}
		if d := s.knots[i].t - s.knots[from].t; d > seconds {
			seconds, readings = d, i-from+1
		}
	}
	return seconds, readings
}
