package measure

import (
	"math"

	"joulemark/results"
)

// steadyHorizonS is the stretch over which a drift is judged: the slope of the
// last 10 s times 10 s is what the value would still change in that time.
const steadyHorizonS = 10

// steadyDrift is the relative drift over the horizon that still counts as steady.
const steadyDrift = 0.005

// A drift watches one quantity over the chunks of warm-up.
type drift struct{ t, v []float64 }

func (d *drift) add(timeS, value float64) {
	if !math.IsNaN(value) {
		d.t, d.v = append(d.t, timeS), append(d.v, value)
	}
}

// steady reports whether the slope over the last horizon is at most 0.5 % of the
// mean or twice its own standard error; unknown from fewer than eight chunks.
// The standard error is the ordinary one of a least-squares slope.
func (d *drift) steady() results.Truth {
	first := 0
	for first < len(d.t) && d.t[first] < d.t[len(d.t)-1]-steadyHorizonS {
		first++
	}
	t, v := d.t[first:], d.v[first:]
	if len(t) < steadyChunks {
		return results.Unknown
	}
	slope, stderr, mean := fit(t, v)
	if math.Abs(slope)*steadyHorizonS <= max(steadyDrift*math.Abs(mean), 2*stderr*steadyHorizonS) {
		return results.True
	}
	return results.False
}

// fit is the least-squares line of v over t: slope, its standard error, mean of v.
func fit(t, v []float64) (slope, stderr, mean float64) {
	n := float64(len(t))
	var mt float64
	for i := range t {
		mt += t[i] / n
		mean += v[i] / n
	}
	var stt, stv float64
	for i := range t {
		stt += (t[i] - mt) * (t[i] - mt)
		stv += (t[i] - mt) * (v[i] - mean)
	}
	if stt == 0 {
		return 0, 0, mean
	}
	slope = stv / stt
	var rss float64
	for i := range t {
		e := v[i] - mean - slope*(t[i]-mt)
		rss += e * e
	}
	return slope, math.Sqrt(rss / (n - 2) / stt), mean
}

// both joins two judgements: known to be unsteady wins, then unknown.
func both(a, b results.Truth) results.Truth {
	switch {
	case a == results.False || b == results.False:
		return results.False
	case a == results.Unknown:
		return b
	}
	return a
}
