package joules

import "math"

// The 95 % half-width of an energy, apart from the sensor's gain. Independent
// random terms add in quadrature. Where the error is a difference of two uniform
// ones (two stale or two quantised ends), the half-width is taken as 1.96
// standard deviations; the exact quantile of that triangle is 1.90.
const z95 = 1.96

// quadrature is the root of the sum of squares.
func quadrature(terms ...float64) float64 {
	sum := 0.0
	for _, t := range terms {
		sum += t * t
	}
	return math.Sqrt(sum)
}

// slopeW is the mean power between two knots of a counter.
func (s *Series) slopeW(i, j int) float64 {
	a, b := s.knots[i], s.knots[j]
	return (b.v - a.v) / (b.t - a.t)
}

// counterUncertainty joins the four terms of a counter:
//
//	ends           the counter is stale by U(0, period) at each end
//	resolution     each end is rounded down by U(0, step)
//	change         by how much staleness fails to cancel where the power before
//	               the span differs from the power at its end
//	interpolation  the load may change between the readings around an end
//
// The first two are random. The last two are worst cases that a load which steps
// exactly at an end attains, so they are added whole.
func (s *Series) counterUncertainty(span Span, lo, hi int) float64 {
	ends, change := s.staleness(lo, hi)
	resolution := z95 * s.domain.ResolutionJ * math.Sqrt(2.0/12)
	return quadrature(ends, resolution) + change + s.interpolation(span, lo, hi)
}

// staleness: an end is stale by U(0, period), and the reading happened anywhere
// within the time it took; both shift the end by time, so by power x time:
// variance (period² + read²)/12 x power² at each end. Its mean, half a period,
// cancels between the ends only at equal power, which is change; the power
// before the span is the one that a stale start still holds.
func (s *Series) staleness(lo, hi int) (ends, change float64) {
	p := s.domain.periodS()
	startW, endW := s.powerBefore(lo+1), s.powerBefore(hi)
	readLo, readHi := s.knots[lo].readS, s.knots[hi].readS
	variance := (p*p+readLo*readLo)*startW*startW + (p*p+readHi*readHi)*endW*endW
	return z95 * math.Sqrt(variance/12), math.Abs(s.powerBefore(lo)-endW) * p / 2
}

// interpolation is what the load may do, unseen, in the gap between the two
// readings around an end. A matmul or a layer has phases of its own, faster than
// any reader, so the straight line is trusted only near a reading: on the way to
// the nearer one the power may be anything from 0 to twice the highest seen,
// which is wrong by at most highest x that time. That is why the recorder reads
// at every boundary of a phase: the way is then a fraction of a millisecond.
//
// A single change of load, to the power inside the span from a higher one
// outside, is wrong by at most |power of the gap - power inside| x the part of
// the gap inside the span: the step then falls on the end itself; anywhere else
// it is less. And whatever happens, a counter never falls: the energy at the end
// lies between the two readings.
func (s *Series) interpolation(span Span, lo, hi int) float64 {
	highest := s.highestW(lo, hi)
	first, last := highest*s.nearestS(lo, span.StartS), highest*s.nearestS(hi-1, span.EndS)
	if hi-lo >= 3 {
		first = max(first, math.Abs(s.slopeW(lo, lo+1)-s.powerAfter(lo+1, hi-1))*(s.knots[lo+1].t-span.StartS))
		last = max(last, math.Abs(s.slopeW(hi-1, hi)-s.powerBefore(hi-1))*(span.EndS-s.knots[hi-1].t))
	}
	return min(first, s.monotone(lo, span.StartS)) + min(last, s.monotone(hi-1, span.EndS))
}

// nearestS is the way from t to the nearer of knots i and i+1.
func (s *Series) nearestS(i int, t float64) float64 {
	return min(t-s.knots[i].t, s.knots[i+1].t-t)
}

// highestW is a counter's highest power over stretches of at least a baseline.
func (s *Series) highestW(lo, hi int) float64 {
	highest := 0.0
	for i, j := lo, lo+1; j <= hi; j++ {
		if s.knots[j].t-s.knots[i].t >= s.baselineS() || j == hi {
			highest = max(highest, s.slopeW(i, j))
			i = j
		}
	}
	return highest
}

// powerBefore is a counter's mean power up to knot i, over the fewest readings
// that span ten update periods and 50 ms, so that neither staleness nor two
// readings in quick succession make it up; over what there is in the part.
func (s *Series) powerBefore(i int) float64 {
	j := i
	for j > 0 && s.knots[j-1].part == s.knots[i].part && s.knots[i].t-s.knots[j].t < s.baselineS() {
		j--
	}
	if j == i {
		return s.slopeW(i, i+1) // the first of its part: what follows must do
	}
	return s.slopeW(j, i)
}

// powerAfter is the same after knot i, up to knot last.
func (s *Series) powerAfter(i, last int) float64 {
	j := i + 1
	for j < last && s.knots[j].t-s.knots[i].t < s.baselineS() {
		j++
	}
	return s.slopeW(i, j)
}

func (s *Series) baselineS() float64 { return max(10*s.domain.periodS(), 0.05) }

// monotone is the furthest that the energy at t can lie from the straight line
// between knots i and i+1 of a counter that only rises.
func (s *Series) monotone(i int, t float64) float64 {
	v := s.at(i, t)
	return max(v-s.knots[i].v, s.knots[i+1].v-v)
}

// gaugeUncertainty joins the four terms of a gauge:
//
//	sampling    what the load did between readings
//	resolution  half a step, over the whole span: rounding repeats at a steady load
//	lag         the reading is up to one period old: that time x the difference of
//	            power between the two ends
//	window      an average smears a change of load at an end of the span
func (s *Series) gaugeUncertainty(span Span, lo, hi int) float64 {
	start, end := s.smear(span, lo, hi)
	return quadrature(
		s.sampling(span, lo, hi),
		s.domain.ResolutionW/2*span.Seconds(),
		s.domain.periodS()*s.endsDifferW(lo, hi),
		start, end)
}

// sampling is t x sigma x T / sqrt(n) with sigma from the differences of
// successive readings (von Neumann), so that a slow change, which the trapezoid
// follows, costs little and one that is faster than the readings costs what
// random samples of it would. t is Student's for the n-1 differences. A load in
// lockstep with the sensor cannot be seen in its readings and is not covered.
func (s *Series) sampling(span Span, lo, hi int) float64 {
	sum := 0.0
	for i := lo; i < hi; i++ {
		d := s.knots[i+1].v - s.knots[i].v
		sum += d * d
	}
	n := float64(hi - lo + 1)
	return student95(hi-lo) * math.Sqrt(sum/(2*(n-1))/n) * span.Seconds()
}

// student95 is the two-sided 95 % quantile of Student's t. Exact to 0.01 up to
// ten degrees of freedom, then 1.96 + 2.5/df (0.2 % high at most).
func student95(df int) float64 {
	exact := [...]float64{12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23}
	if df <= len(exact) {
		return exact[max(df, 1)-1]
	}
	return z95 + 2.5/float64(df)
}

// endsDifferW is the largest difference between a reading around the start and
// one around the end.
func (s *Series) endsDifferW(lo, hi int) float64 {
	a, b := s.knots[lo].v, s.knots[lo+1].v
	c, d := s.knots[hi-1].v, s.knots[hi].v
	return max(math.Abs(a-c), math.Abs(a-d), math.Abs(b-c), math.Abs(b-d))
}

// smear: the mean over w of a step of height h at the span's end, shifted by
// w/2, is a ramp across that end, which loses h w/8; half of h is seen inside
// the span over w/2. Hence w/4 x the change seen there; taken twice, because the
// change may also be earlier and only in part.
func (s *Series) smear(span Span, lo, hi int) (start, end float64) {
	w := s.domain.windowS()
	if w == 0 {
		return 0, 0
	}
	near := min(span.StartS+w/2, span.EndS)
	far := max(span.EndS-w/2, span.StartS)
	start = w / 2 * math.Abs(s.within(lo, hi, near)-s.at(lo, span.StartS))
	end = w / 2 * math.Abs(s.at(hi-1, span.EndS)-s.within(lo, hi, far))
	return start, end
}

// within interpolates at t somewhere between knots lo and hi.
func (s *Series) within(lo, hi int, t float64) float64 {
	i := min(max(s.after(t)-1, lo), hi-1)
	return s.at(i, t)
}
