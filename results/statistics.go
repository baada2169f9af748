package results

import (
	"math"
	"slices"

	"golang.org/x/perf/benchmath"
)

// Confidence of every interval. Order statistics give a finite one from six
// values on; five cannot, whatever they are.
const (
	Confidence = 0.95
	MinTrials  = 6
)

// A Median is the median of independent trials and its 95 % interval from order
// statistics, which assumes nothing of how they are distributed. All are NaN
// without values; Low and High are NaN below MinTrials values.
type Median struct {
	Center, Low, High float64
	N                 int
}

// MedianOf sums up values, of which NaN ones are left out. The caller's slice
// keeps its order: benchmath sorts what it is given.
func MedianOf(values []float64) Median {
	finite := slices.DeleteFunc(slices.Clone(values), func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
	nan := math.NaN()
	if len(finite) == 0 {
		return Median{nan, nan, nan, 0}
	}
	s := benchmath.AssumeNothing.Summary(benchmath.NewSample(finite, &benchmath.DefaultThresholds), Confidence)
	if math.IsInf(s.Lo, 0) || math.IsInf(s.Hi, 0) {
		s.Lo, s.Hi = nan, nan
	}
	return Median{s.Center, s.Lo, s.Hi, len(finite)}
}
