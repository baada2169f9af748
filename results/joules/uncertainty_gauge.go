package joules

import "math"

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
