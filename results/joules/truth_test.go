package joules

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTruth holds energies against the closed form: within 0.1 % of it, or
// within the uncertainty that the result itself states.
func TestTruth(t *testing.T) {
	ms := time.Millisecond
	rapl := counterOf(ms, raplUnitJ, raplWrapJ)
	amd := counterOf(ms, 15.26e-6, 65532.61)
	psys := counterOf(ms, 1, math.MaxUint32)
	nvml := counterOf(100*ms, 1e-3, 0)
	instant := gaugeOf(GaugeInstant, 100*ms, 0)
	fast := gaugeOf(GaugeInstant, 20*ms, 0)
	average := gaugeOf(GaugeAverage, 100*ms, time.Second)
	box := gaugeOf(GaugeAverage, 100*ms, 100*ms)
	win := Span{0, 10}

	for _, c := range []struct {
		name string
		w    world
		span Span
	}{
		{"rapl constant", world{law: constant(150), domain: rapl}, win},
		{"rapl ramp", world{law: ramp(50, 20), domain: rapl}, win},
		{"rapl square", world{law: square(60, 300, 0.7), domain: rapl}, win},
		{"rapl load steps at both ends", world{law: load(50, 350, 0, 10), domain: rapl}, win},
		{"rapl load steps at both ends, read there", world{law: load(50, 350, 0, 10), domain: rapl, atEnds: win}, win},
		{"rapl load inside the window", world{law: load(50, 350, 3.33, 6.1), domain: rapl}, win},
		{"amd 600 W wraps within the window", world{law: constant(600), domain: amd}, Span{0, 200}},
		{"amd 600 W wraps six times", world{law: constant(600), domain: amd}, Span{0, 660}},
		{"psys in whole joules", world{law: constant(37.3), domain: psys}, win},
		{"psys in whole joules at 2 W", world{law: constant(2), domain: psys}, win},
		{"slow counter", world{law: constant(300), domain: nvml, phaseS: 0.037}, win},
		{"slow counter, load steps at both ends", world{law: load(80, 400, 0, 10), domain: nvml, phaseS: 0.061}, win},
		{"slow counter, square", world{law: square(100, 400, 1.3), domain: nvml, phaseS: 0.02}, win},
		{"gauge constant", world{law: constant(250), domain: instant, noiseW: 1}, win},
		{"gauge ramp", world{law: ramp(50, 20), domain: instant}, win},
		{"gauge square", world{law: square(100, 400, 1.7), domain: instant, phaseS: 0.04}, win},
		{"gauge sine", world{law: sine(250, 100, 3), domain: instant, phaseS: 0.04}, win},
		{"gauge load steps at both ends", world{law: load(80, 400, 0, 10), domain: instant, phaseS: 0.03}, win},
		{"fast gauge polled slowly, every value new", world{law: square(100, 400, 0.73), domain: fast}, win},
		{"gauge polled fast, most values repeated", world{law: ramp(100, 10), domain: instant, pollS: 0.013}, win},
		{"100 ms average, ramp", world{law: ramp(50, 20), domain: box}, win},
		{"1 s average, constant", world{law: constant(300), domain: average, noiseW: 0.5}, win},
		{"1 s average, ramp", world{law: ramp(50, 20), domain: average}, win},
		{"1 s average, sine", world{law: sine(250, 100, 4), domain: average}, win},
		{"1 s average, load through the tail", world{law: load(80, 400, -4, 12), domain: average, noiseW: 0.5}, win},
		{"1 s average, load ends with the window", world{law: load(80, 400, -4, 10), domain: average, noiseW: 0.5}, win},
		{"1 s average, load is the window", world{law: load(80, 400, 0, 10), domain: average, noiseW: 0.5}, win},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.w.jitterS = 0.004
			rng := rand.New(rand.NewPCG(1, 2))
			e := NewSeries(c.w.domain, c.w.points(c.span.EndS+3, rng)).Energy(c.span)
			require.Empty(t, e.Fault)
			truth := c.w.truth(c.span)
			bound := max(e.UncertaintyJ, truth/1000)
			require.InDelta(t, truth, e.EnergyJ, bound)
			require.InDelta(t, e.EnergyJ/c.span.Seconds(), e.MeanPowerW, 1e-9*e.MeanPowerW)
			require.Greater(t, e.UncertaintyJ, 0.0)
			t.Logf("truth %.2f J, found %+.3f, stated ±%.3f (%.2f %%)", truth, e.EnergyJ-truth, e.UncertaintyJ, 100*e.UncertaintyJ/truth)
		})
	}
}

// TestSharp names the cases in which the uncertainty may not be the excuse.
func TestSharp(t *testing.T) {
	ms := time.Millisecond
	for _, c := range []struct {
		name    string
		w       world
		percent float64
	}{
		{"rapl constant", world{law: constant(150), domain: counterOf(ms, raplUnitJ, raplWrapJ)}, 0.02},
		{"rapl square", world{law: square(60, 300, 0.7), domain: counterOf(ms, raplUnitJ, raplWrapJ)}, 0.5},
		{"rapl load read at both ends", world{law: load(50, 350, 0, 10), domain: counterOf(ms, raplUnitJ, raplWrapJ), atEnds: Span{0, 10}}, 0.03},
		{"gauge ramp", world{law: ramp(50, 20), domain: gaugeOf(GaugeInstant, 100*ms, 0)}, 1},
		{"1 s average through the tail", world{law: load(80, 400, -4, 12), domain: gaugeOf(GaugeAverage, 100*ms, time.Second), noiseW: 0.1}, 0.02},
		{"1 s average, ramp: the shift is right", world{law: ramp(50, 20), domain: gaugeOf(GaugeAverage, 10*ms, time.Second)}, 0.4},
	} {
		t.Run(c.name, func(t *testing.T) {
			span := Span{0, 10}
			c.w.jitterS = 0.004
			e := NewSeries(c.w.domain, c.w.points(13, rand.New(rand.NewPCG(3, 4)))).Energy(span)
			require.InEpsilon(t, c.w.truth(span), e.EnergyJ, c.percent/100)
		})
	}
}

// coarseGauge shows whole watts, as DCMI does.
func coarseGauge() Domain {
	d := gaugeOf(GaugeInstant, 100*time.Millisecond, 0)
	d.ResolutionW = 1
	return d
}

// TestCoverage: over many phases and jitters the stated half-width holds the
// truth at least 93 times in 100, and is not so wide that it says nothing.
func TestCoverage(t *testing.T) {
	const ms = time.Millisecond
	rapl, slow, whole := counterOf(ms, raplUnitJ, raplWrapJ), counterOf(100*ms, 1e-3, 0), counterOf(ms, 1, 0)
	instant, average := gaugeOf(GaugeInstant, 100*ms, 0), gaugeOf(GaugeAverage, 100*ms, time.Second)
	fair, blink := Span{2, 6.043}, Span{2, 2.15} // no multiple of a period; blink: one reading or two inside
	const read, between = true, false            // is there a reading within 0.1 ms of each end?
	for _, c := range []struct {
		name   string
		law    law
		domain Domain
		noiseW float64
		span   Span
		ends   bool
		widest float64 // percent of the energy, mean over the runs
	}{
		{"counter of 1 ms", constant(200), rapl, 0, fair, read, 0.06},
		{"counter of 1 ms, no reading at the ends", constant(200), rapl, 0, fair, between, 2},
		{"counter of 1 ms, load steps at an end", load(50, 300, 2, 20), rapl, 0, fair, read, 0.1},
		{"counter of 1 ms, load steps at an end, no reading there", load(50, 300, 2, 20), rapl, 0, fair, between, 2},
		{"counter of 1 ms, load ends at the start", load(50, 300, -3, 2), rapl, 0, fair, between, 5},
		{"counter of 1 ms, square", square(100, 300, 0.11), rapl, 0, fair, read, 0.1},
		{"counter of 1 ms, square, no reading at the ends", square(100, 300, 0.11), rapl, 0, fair, between, 2},
		{"counter of 1 ms, fast square", square(100, 300, 0.013), rapl, 0, fair, read, 0.1},
		{"counter of 1 ms, blink", constant(200), rapl, 0, blink, read, 2},
		{"counter of 1 ms, blink, no reading at the ends", square(100, 300, 0.11), rapl, 0, blink, between, 38},
		{"counter of 100 ms", constant(200), slow, 0, fair, read, 4},
		{"counter of 100 ms, square", square(100, 300, 0.37), slow, 0, fair, between, 8},
		{"counter of 100 ms, load steps at an end", load(50, 300, 2, 20), slow, 0, fair, read, 4},
		{"counter of 1 J", constant(20), whole, 0, fair, read, 2},
		{"counter of 1 J, no reading at the ends", constant(20), whole, 0, fair, between, 3},
		{"gauge, noise", constant(200), instant, 20, fair, between, 4},
		{"gauge, noise, blink", constant(200), instant, 20, blink, between, 40},
		{"gauge in whole watts", constant(200.4), coarseGauge(), 0, fair, between, 0.5},
		{"gauge, square", square(100, 300, 0.37), instant, 0, fair, between, 25},
		{"gauge, sine", sine(200, 100, 1.9), instant, 0, fair, between, 5},
		{"gauge, load steps at an end", load(50, 300, 2, 20), instant, 0, fair, between, 5},
		{"1 s average, load steps at both ends", load(50, 300, 2, 6), average, 1, fair, between, 10},
		{"100 ms average, square", square(100, 300, 0.37), gaugeOf(GaugeAverage, 100*ms, 100*ms), 0, fair, between, 20},
	} {
		t.Run(c.name, func(t *testing.T) {
			const runs = 1000
			rng := rand.New(rand.NewPCG(5, 6))
			held, width := 0, 0.0
			for range runs {
				span := c.span
				if c.law.name == "square" || c.law.name == "sine" {
					span.StartS += rng.Float64() * span.Seconds() / 4
					span.EndS += rng.Float64() * span.Seconds() / 4
				}
				w := world{law: c.law, domain: c.domain, noiseW: c.noiseW, jitterS: 0.02}
				w.phaseS = rng.Float64() * c.domain.Period.Seconds()
				w.startS = -5 + rng.Float64()*0.1 // so that the span falls anywhere among the polls
				if c.ends {
					w.atEnds = span
				}
				points := w.points(9, rng)
				e := NewSeries(c.domain, points).Energy(span)
				require.Empty(t, e.Fault)
				if math.Abs(e.EnergyJ-w.truth(span)) <= e.UncertaintyJ {
					held++
				}
				width += 100 * e.UncertaintyJ / w.truth(span) / runs
			}
			t.Logf("held %.1f %%, mean half-width %.3f %%", 100*float64(held)/runs, width)
			require.GreaterOrEqual(t, held, runs*93/100)
			require.Less(t, width, c.widest)
		})
	}
}
