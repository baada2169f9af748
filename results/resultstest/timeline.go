package resultstest

import (
	"math"
	"slices"
	"sort"

	"joulemark/results"
	"joulemark/results/joules"
)

// A segment is a phase and how hard the machine works in it.
type segment struct {
	results.PhaseRow
	startNS, endNS int64
	factor         float64 // of the load's watts, this trial's noise
}

// A timeline is the made-up clock of a run: phases without gap, from 1 s on.
type timeline struct {
	runID    string
	nowNS    int64
	segments []segment
}

// add appends a phase of so many seconds.
func (t *timeline) add(phase string, trial, order int, seconds, factor float64) joules.Span {
	end := t.nowNS + int64(seconds*1e9)
	row := results.PhaseRow{RunID: t.runID, Trial: trial, Order: order, Phase: phase,
		StartS: float64(t.nowNS) / 1e9, EndS: float64(end) / 1e9}
	t.segments = append(t.segments, segment{row, t.nowNS, end, factor})
	t.nowNS = end
	return joules.Span{StartS: row.StartS, EndS: row.EndS}
}

// watts of a sensor in a phase.
func (s Sensor) watts(g segment) float64 {
	switch g.Phase {
	case results.PhaseWarmup, results.PhaseWindow, results.PhaseTail, results.PhaseCheck:
		return s.LoadW * g.factor
	case results.PhaseStandby, results.PhasePrepare:
		return s.StandbyW
	}
	return s.IdleW
}

// times are those at which the sensors are read: every pollS, and at each end of
// a phase.
func (t *timeline) times(pollS float64) []int64 {
	first, last := t.segments[0].startNS, t.segments[len(t.segments)-1].endNS
	step := int64(pollS * 1e9)
	var at []int64
	for ns := first - step; ns <= last+2*step; ns += step {
		at = append(at, ns)
	}
	for _, g := range t.segments {
		at = append(at, g.startNS, g.endNS)
	}
	slices.Sort(at)
	return slices.Compact(at)
}

// points are a sensor's readings over the whole timeline.
func (t *timeline) points(s Sensor, at []int64) []joules.Point {
	sums := make([]float64, len(t.segments)+1) // joules at each start
	for i, g := range t.segments {
		sums[i+1] = sums[i] + s.watts(g)*float64(g.endNS-g.startNS)/1e9
	}
	points := make([]joules.Point, len(at))
	for i, ns := range at {
		k := sort.Search(len(t.segments), func(i int) bool { return t.segments[i].endNS > ns })
		k = min(k, len(t.segments)-1)
		g := t.segments[k]
		value := s.watts(g) * (1 + 2e-4*math.Sin(float64(i))) // no gauge shows one value for seconds
		if s.Domain.Kind == joules.Counter {
			value = s.register(sums[k] + s.watts(g)*float64(ns-g.startNS)/1e9)
		}
		points[i] = joules.Point{TimeS: float64(ns) / 1e9, ReadS: 20e-6, Value: value, Status: joules.StatusOK}
	}
	return points
}

// register is what a counter shows after so many joules: whole steps, wrapped.
func (s Sensor) register(energyJ float64) float64 {
	const begun = 250000 // it has counted before the run, so that a long one wraps
	e := begun + energyJ
	if s.Domain.ResolutionJ > 0 {
		e = math.Floor(e/s.Domain.ResolutionJ) * s.Domain.ResolutionJ
	}
	if s.Domain.WrapJ > 0 {
		e = math.Mod(e, s.Domain.WrapJ)
	}
	return e
}
