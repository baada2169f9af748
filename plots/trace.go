package plots

import (
	"math"
	"slices"

	"joulemark/results/joules"
)

// A trace is one domain's power in successive steps of time.
type trace struct {
	id       string
	headline bool // its joules count for the row
	measured bool // by a provenance that counts as measured
	steps    []powerStep
}

// A powerStep is the mean power over a span; NaN where the readings give none.
type powerStep struct {
	span   joules.Span
	powerW float64
}

// counterPeriods is the least length of a step of a counter in update periods: a
// difference over n periods is wrong by up to 1/n from not knowing when within a
// period the counter moved.
const counterPeriods = 10

// stepsBetween gives the mean power in steps of a domain over view, one step edge
// lying at anchor. Power comes from the arithmetic that gives the run's joules:
// unwrapped counters, shifted gauges, gaps as faults.
func stepsBetween(d joules.Domain, points []joules.Point, view joules.Span, anchor float64, most int) []powerStep {
	series := joules.NewSeries(d, points)
	length := max(stepLength(d, points, view), view.Seconds()/float64(most))
	var steps []powerStep
	for i := math.Floor((view.StartS - anchor) / length); anchor+i*length < view.EndS; i++ {
		span := joules.Span{StartS: anchor + i*length, EndS: anchor + (i+1)*length}
		e := series.Energy(span)
		span.StartS, span.EndS = max(span.StartS, view.StartS), min(span.EndS, view.EndS)
		steps = append(steps, powerStep{span, e.MeanPowerW})
	}
	return steps
}

// stepLength is the usual distance of readings, for a counter at least ten of its
// periods, for a gauge one.
func stepLength(d joules.Domain, points []joules.Point, view joules.Span) float64 {
	var gaps []float64
	last := math.NaN()
	for _, q := range points {
		if q.Status != joules.StatusOK || q.TimeS < view.StartS || q.TimeS > view.EndS {
			continue
		}
		if gap := q.TimeS - last; gap > 0 {
			gaps = append(gaps, gap)
		}
		last = q.TimeS
	}
	usual := view.Seconds()
	if len(gaps) > 0 {
		slices.Sort(gaps)
		usual = gaps[len(gaps)/2]
	}
	if d.Kind == joules.Counter {
		return max(usual, counterPeriods*d.Period.Seconds())
	}
	return max(usual, d.Period.Seconds())
}

// countsAsMeasured says whether a provenance may be drawn as a solid line.
func countsAsMeasured(p joules.Provenance) bool {
	return p == joules.Measured || p == joules.External || p == joules.VendorModel
}

// sumSteps adds the steps of several domains over the same view; a step that one
// of them lacks is lacking.
func sumSteps(all [][]powerStep) []powerStep {
	if len(all) == 0 {
		return nil
	}
	sum := slices.Clone(all[0])
	for _, steps := range all[1:] {
		for i := range min(len(sum), len(steps)) {
			sum[i].powerW += steps[i].powerW
		}
	}
	return sum
}
