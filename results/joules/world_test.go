package joules

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// A law is a power over time with its energy from 0 in closed form: the truth
// that readings are made from and results are held against.
type law struct {
	name   string
	energy func(t float64) float64
}

func constant(w float64) law {
	return law{"constant", func(t float64) float64 { return w * t }}
}

// ramp rises by perS watts a second from w.
func ramp(w, perS float64) law {
	return law{"ramp", func(t float64) float64 { return w*t + perS*t*t/2 }}
}

// square is high for the first half of each period and low for the rest.
func square(low, high, periodS float64) law {
	return law{"square", func(t float64) float64 {
		n := math.Floor(t / periodS)
		return low*t + (high-low)*(n*periodS/2+min(t-n*periodS, periodS/2))
	}}
}

// sine swings by swing watts around w.
func sine(w, swing, periodS float64) law {
	k := 2 * math.Pi / periodS
	return law{"sine", func(t float64) float64 { return w*t + swing/k*(1-math.Cos(k*t)) }}
}

// load is idle watts but between from and to.
func load(idle, busy, from, to float64) law {
	return law{"load", func(t float64) float64 {
		return idle*t + (busy-idle)*(min(max(t, from), to)-from)
	}}
}

// A world is a sensor that sees a law: updates at its own phase, rounding,
// wrapping, and a reader that polls with jitter.
type world struct {
	law
	domain  Domain
	pollS   float64 // 0 = 0.1
	jitterS float64 // of each poll
	startS  float64 // of polling; 0 = -5
	phaseS  float64 // of the updates
	atEnds  Span    // read there too, as the recorder does at a phase boundary
	noiseW  float64 // added to a gauge, normal
}

// value is what the sensor shows at t.
func (w world) value(t float64, rng *rand.Rand) float64 {
	d := w.domain
	p := d.Period.Seconds()
	u := math.Floor((t-w.phaseS)/p)*p + w.phaseS // last update
	switch d.Kind {
	case Counter:
		e := w.energy(u) + 5e5
		if d.ResolutionJ > 0 {
			e = math.Floor(e/d.ResolutionJ) * d.ResolutionJ
		}
		if d.WrapJ > 0 {
			e = math.Mod(e, d.WrapJ)
		}
		return e
	case GaugeAverage:
		win := d.windowS()
		return w.shown((w.energy(u)-w.energy(u-win))/win + w.noiseW*rng.NormFloat64())
	}
	const h = 1e-6
	return w.shown((w.energy(u)-w.energy(u-h))/h + w.noiseW*rng.NormFloat64())
}

// shown rounds watts to the gauge's step.
func (w world) shown(watts float64) float64 {
	if step := w.domain.ResolutionW; step > 0 {
		return math.Round(watts/step) * step
	}
	return watts
}

// points polls from the start to toS.
func (w world) points(toS float64, rng *rand.Rand) []Point {
	poll := w.pollS
	if poll == 0 {
		poll = 0.1
	}
	times := []float64{}
	if w.atEnds.Seconds() > 0 {
		times = append(times, w.atEnds.StartS-1e-4*rng.Float64(), w.atEnds.EndS+1e-4*rng.Float64())
	}
	start := w.startS
	if start == 0 {
		start = -5
	}
	for t := start; t < toS; t += poll {
		times = append(times, t+w.jitterS*rng.Float64())
	}
	var points []Point
	slices.Sort(times)
	for _, t := range times {
		points = append(points, Point{TimeS: t, ReadS: 2e-5, Value: w.value(t, rng), Status: StatusOK})
	}
	return points
}

func (w world) truth(s Span) float64 { return w.energy(s.EndS) - w.energy(s.StartS) }

func counterOf(period time.Duration, resolutionJ, wrapJ float64) Domain {
	return Domain{Kind: Counter, Scope: Package, Period: period, ResolutionJ: resolutionJ, WrapJ: wrapJ}
}

func gaugeOf(kind Kind, period, window time.Duration) Domain {
	return Domain{Kind: kind, Scope: Board, Period: period, Window: window}
}

const (
	raplUnitJ = 61.03515625e-6
	raplWrapJ = 262143.328850
)
