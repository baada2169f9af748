package joules

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestFaults changes the readings of a good sensor in one way each and names
// what the span 0…10 s must say. "" means that the energy still holds.
func TestFaults(t *testing.T) {
	ms := time.Millisecond
	counter := counterOf(ms, raplUnitJ, raplWrapJ)
	atFive := math.Mod(5e5+1000, raplWrapJ)
	gauge := gaugeOf(GaugeInstant, 100*ms, 0)
	dcmi := gauge
	dcmi.ResolutionW = 1
	between := func(from, to float64, change func(*Point)) func([]Point) []Point {
		return func(points []Point) []Point {
			for i := range points {
				if p := &points[i]; p.TimeS >= from && p.TimeS < to {
					change(p)
				}
			}
			return points
		}
	}
	failed := func(p *Point) { p.Status, p.Value = StatusError, math.NaN() }
	late := func(p *Point) { p.Status = StatusLate }
	vanish := func(from, to float64) func([]Point) []Point {
		return func(points []Point) []Point {
			return slices.DeleteFunc(points, func(p Point) bool { return p.TimeS >= from && p.TimeS < to })
		}
	}
	frozen := func(value float64) func(*Point) { return func(p *Point) { p.Value = value } }
	add := func(j float64) func(*Point) { return func(p *Point) { p.Value += j } }

	for _, c := range []struct {
		name   string
		domain Domain
		change func([]Point) []Point
		want   string
	}{
		{"untouched counter", counter, between(0, 0, failed), ""},
		{"untouched gauge", gauge, between(0, 0, failed), ""},
		{"no points at all", counter, vanish(-9, 99), "no readings"},
		{"gauge never read", gauge, between(-9, 99, failed), "no readings"},
		{"counter begins after the span", counter, vanish(-9, 11), "no readings"},
		{"counter begins within the span", counter, vanish(-9, 3), "gap"},
		{"gauge begins within the span", gauge, vanish(-9, 3), "gap"},
		{"counter vanishes for good", counter, between(4, 99, failed), "gap"},
		{"gauge vanishes for good", gauge, between(4, 99, failed), "gap"},
		{"gauge vanishes for good, no row more", gauge, vanish(4, 99), "gap"},
		{"counter fails in the middle: it kept count", counter, between(4, 6, failed), ""},
		{"gauge fails for 2 s of 10", gauge, between(4, 6, failed), "gap"},
		{"gauge fails for 0.4 s of 10", gauge, between(4, 4.4, failed), ""},
		{"counter late now and then", counter, between(4, 4.5, late), ""},
		{"counter always late", counter, between(-9, 99, late), "readings took too long"},
		{"gauge late for 2 s", gauge, between(4, 6, late), "gap"},
		{"late readings are not used", gauge, between(4, 4.4, func(p *Point) { late(p); p.Value = 9000 }), ""},
		{"counter fails around the start", counter, between(-0.3, 0.3, failed), ""},
		{"counter fails long before the end", counter, between(8.5, 11.1, failed), "gap"},
		{"counter unread while it might have wrapped twice", counter, vanish(-1, 13.2), "gap"},
		{"counter resets", counter, between(5, 99, add(-2.38e5)), "ran backwards"},
		{"counter resets after the span", counter, between(12, 99, add(-2.38e5)), ""},
		{"counter resets before the span", counter, between(-9, -2, add(2e4)), ""},
		{"counter slips back by 1 J once", counter, between(5, 99, add(-100)), "ran backwards"},
		{"counter leaps by 100 kJ", counter, between(5, 99, add(1e5)), "jumped"},
		{"one absurd counter reading", counter, between(5, 5.05, frozen(1.8e13)), "jumped"},
		{"counter of nothing but 0", counter, between(-9, 99, frozen(0)), "stood still"},
		{"counter stops half way", counter, between(5, 99, frozen(atFive)), "stood still"},
		{"counter stops for 1 s of 10", counter, between(5, 6, frozen(atFive)), ""},
		{"gauge shows one number", gauge, between(-9, 99, frozen(212.5)), "stood still"},
		{"gauge stops half way", gauge, between(5, 99, frozen(212.5)), "stood still"},
		{"gauge in whole watts shows one number for 5 s", dcmi, between(2, 7, frozen(200)), ""},
		{"one absurd gauge reading is dropped", gauge, between(5, 5.05, frozen(4294.967201e6)), ""},
		{"absurd gauge readings for 2 s", gauge, between(5, 7, frozen(4294.967201e6)), "gap"},
		{"negative watts are no reading", gauge, between(5, 7, frozen(-3)), "gap"},
		{"infinite watts are no reading", gauge, between(5, 7, frozen(math.Inf(1))), "gap"},
		{"counter over two sessions", counter, between(5, 99, func(p *Point) { p.Session = 1 }), "another session"},
		{"gauge over two sessions", gauge, between(5, 99, func(p *Point) { p.Session = 1 }), "another session"},
		{"sessions parted before the span", counter, between(-9, -2, func(p *Point) { p.Session = 7 }), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := world{law: constant(200), domain: c.domain, jitterS: 0.01}
			if c.domain.Kind != Counter {
				w.noiseW = 3
			}
			span := Span{0, 10}
			points := c.change(w.points(15, rand.New(rand.NewPCG(7, 8))))
			e := NewSeries(c.domain, points).Energy(span)
			require.Equal(t, c.want, e.Fault)
			if c.want == "" {
				require.InEpsilon(t, 2000, e.EnergyJ, 0.01)
				return
			}
			require.True(t, math.IsNaN(e.EnergyJ) && math.IsNaN(e.MeanPowerW) && math.IsNaN(e.UncertaintyJ))
			require.Zero(t, e.Readings)
		})
	}
}

// TestSpans that are none.
func TestSpans(t *testing.T) {
	w := world{law: constant(200), domain: counterOf(time.Millisecond, raplUnitJ, 0)}
	s := NewSeries(w.domain, w.points(15, rand.New(rand.NewPCG(1, 1))))
	for name, span := range map[string]Span{
		"empty": {3, 3}, "reversed": {4, 3}, "no start": {math.NaN(), 3}, "no end": {3, math.NaN()},
	} {
		require.Equal(t, "empty span", s.Energy(span).Fault, name)
	}
}

// TestWrapOrReset: what a decrease is, by range, time and difference.
func TestWrapOrReset(t *testing.T) {
	rapl := counterOf(time.Millisecond, raplUnitJ, 65532.61)
	never := counterOf(time.Millisecond, raplUnitJ, 0)
	system := counterOf(time.Millisecond, 1, 0)
	system.Scope = System
	for _, c := range []struct {
		name          string
		domain        Domain
		from, to, dtS float64
		wrapJ         float64
		fault         string
	}{
		{"rises", rapl, 100, 120, 0.1, 0, ""},
		{"stands", rapl, 100, 100, 0.1, 0, ""},
		{"wraps", rapl, 65530, 10, 0.1, 65532.61, ""},
		{"wraps at 9 kW", rapl, 65000, 360, 0.1, 65532.61, ""},
		{"would be 20 kW", rapl, 64000, 500, 0.1, 0, "ran backwards"},
		{"falls a little: a wrap would be the whole range", rapl, 100, 99, 0.1, 0, "ran backwards"},
		{"too long to know how often it wrapped", rapl, 100, 120, 3.3, 0, "gap"},
		{"just short enough", rapl, 100, 120, 3.2, 0, ""},
		{"never wraps, unread for an hour", never, 100, 5e5, 3600, 0, ""},
		{"never wraps, falls", never, 100, 99, 0.1, 0, "ran backwards"},
		{"11 kW of a component", never, 0, 1200, 0.1, 0, "jumped"},
		{"12 kW of a machine", system, 0, 1200, 0.1, 0, ""},
		{"120 kW of a machine", system, 0, 12000, 0.1, 0, "jumped"},
	} {
		t.Run(c.name, func(t *testing.T) {
			wrapJ, fault := c.domain.step(c.from, c.to, c.dtS)
			require.Equal(t, c.fault, fault)
			require.Equal(t, c.wrapJ, wrapJ)
		})
	}
}

// Whatever the number of readings, 0 J and 0 W are not what a working machine draws.
func TestNothingIsNotAMeasurement(t *testing.T) {
	point := func(t, v float64) Point { return Point{TimeS: t, Value: v, Status: StatusOK} }
	counter := Domain{Kind: Counter, Period: time.Millisecond, WrapJ: raplWrapJ}
	require.Equal(t, "stood still", NewSeries(counter, []Point{point(0, 5), point(0.3, 5)}).Energy(Span{0.1, 0.2}).Fault)
	gauge := Domain{Kind: GaugeInstant, Period: 100 * time.Millisecond}
	require.Equal(t, "reads zero", NewSeries(gauge, []Point{point(0, 0), point(0.1, 0), point(0.2, 0), point(0.3, 0)}).Energy(Span{0.05, 0.25}).Fault)
}
