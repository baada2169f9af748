package measure

import (
	"math"
	"time"

	"joulemark/results"
	"joulemark/results/joules"
	"joulemark/runners"
)

// steadyTemperatureK is how far the temperature may move in the horizon.
const steadyTemperatureK = 1

// steadiness watches a warm-up: the rate and the power of each chunk of load and
// the temperature at its end.
type steadiness struct {
	step        *step
	startS      float64
	rate, power drift
	heat        drift
}

// add takes a finished chunk.
func (w *steadiness) add(res runners.Result) {
	span := joules.Span{StartS: w.step.clock.seconds(res.StartNS), EndS: w.step.clock.seconds(res.EndNS)}
	mid := (span.StartS + span.EndS) / 2
	w.rate.add(mid, float64(res.Iters)/span.Seconds())
	w.power.add(mid, w.step.meanPowerW(span))
	w.heat.add(mid, w.step.temperatureC())
}

// enough reports whether the load queued now is the last of the warm-up.
func (w *steadiness) enough(queued time.Duration) bool {
	spent := seconds(w.step.clock.now()-w.startS) + queued
	l := w.step.lengths
	return spent >= l.warmupMax || spent >= l.warmupMin && w.verdict() == results.True
}

// verdict joins the three; sensors that are not there do not speak.
func (w *steadiness) verdict() results.Truth {
	return both(both(w.rate.steady(), w.power.steady()), w.heat.within(steadyTemperatureK))
}

// within reports whether the values of the last horizon span at most width.
func (d *drift) within(width float64) results.Truth {
	if len(d.t) < steadyChunks {
		return results.Unknown
	}
	low, high := math.Inf(1), math.Inf(-1)
	for i, t := range d.t {
		if t >= d.t[len(d.t)-1]-steadyHorizonS {
			low, high = math.Min(low, d.v[i]), math.Max(high, d.v[i])
		}
	}
	if high-low <= width {
		return results.True
	}
	return results.False
}
