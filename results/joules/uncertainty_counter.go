package joules

import "math"

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
// variance (period² + read²)/12 x power² at each end, with the highest power seen
// (over 50 ms or more) since the one at that moment is not. Its mean, half a
// period, cancels between the ends only at equal power, which is change; the
// power before the span is the one that a stale start still holds.
func (s *Series) staleness(lo, hi int) (ends, change float64) {
	p := s.domain.periodS()
	readLo, readHi := s.knots[lo].readS, s.knots[hi].readS
	variance := (2*p*p + readLo*readLo + readHi*readHi) / 12
	return z95 * math.Sqrt(variance) * s.highestW(lo, hi), math.Abs(s.powerBefore(lo)-s.powerBefore(hi)) * p / 2
}

// interpolation is what the load may do, unseen, in the gap between the two
// readings around an end; see gapJ.
func (s *Series) interpolation(span Span, lo, hi int) float64 {
	highest := s.highestW(lo, hi)
	first, last := highest*s.nearestS(lo, span.StartS), highest*s.nearestS(hi-1, span.EndS)
	if hi-lo >= 3 {
		first = gapJ(first, s.slopeW(lo, lo+1)-s.powerAfter(lo+1, hi-1), s.knots[lo+1].t-span.StartS)
		last = gapJ(last, s.slopeW(hi-1, hi)-s.powerBefore(hi-1), span.EndS-s.knots[hi-1].t)
	}
	return first + last
}

// gapJ is the larger of two bounds.
//
// nearJ: a matmul or a layer has phases of its own, faster than any reader, so
// the straight line is trusted only near a reading. On the way to the nearer one
// the power may be anything from 0 to twice the highest seen, which is wrong by
// at most highest x that time. This is why the recorder reads at every boundary
// of a phase: the way is then a fraction of a millisecond.
//
// A single change of load, from the power inside the span to another one outside
// (a worker that starts or ends), is wrong by at most |power of the gap - power
// inside| x the part of the gap inside the span: the step then falls on the end
// itself; anywhere else it is less. It is at most tenfold, so that what stale
// readings pretend over a long gap is bounded by the way to the nearer one.
func gapJ(nearJ, differW, insideS float64) float64 {
	return max(nearJ, min(math.Abs(differW)*insideS, 10*nearJ))
}

// nearestS is the way from t to the nearer of knots i and i+1.
func (s *Series) nearestS(i int, t float64) float64 {
	return min(t-s.knots[i].t, s.knots[i+1].t-t)
}

// highestW is a counter's highest power over stretches of at least a baseline.
func (s *Series) highestW(lo, hi int) float64 {
	highest := s.powerBefore(hi)
	for i, j := lo, lo+1; j <= hi; j++ {
		if s.knots[j].t-s.knots[i].t >= s.baselineS() {
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
