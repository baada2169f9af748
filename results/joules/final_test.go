package joules

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestLaterPointsChangeNothing: what is measured when a span has just ended and
// what the verifier finds in the whole file agree bit for bit, from the moment
// that Final says so.
func TestLaterPointsChangeNothing(t *testing.T) {
	ms := time.Millisecond
	for _, c := range []struct {
		name   string
		domain Domain
	}{
		{"counter", counterOf(ms, raplUnitJ, 65532.61)},
		{"slow counter", counterOf(100*ms, 1, 0)},
		{"gauge", gaugeOf(GaugeInstant, 100*ms, 0)},
		{"gauge slower than its reader", gaugeOf(GaugeInstant, 700*ms, 0)},
		{"1 s average", gaugeOf(GaugeAverage, 100*ms, time.Second)},
	} {
		t.Run(c.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(9, 10))
			finals := 0
			for range 60 {
				w := world{law: square(100, 500, 0.9), domain: c.domain, jitterS: 0.03, noiseW: 1}
				points := w.points(40, rng)
				spoil(points, rng)
				whole := NewSeries(c.domain, points)
				span := Span{rng.Float64() * 5, 10 + rng.Float64()*10}
				partial := NewSeries(c.domain, nil)
				for _, p := range points {
					partial.Add(p)
					if partial.Final(span) {
						finals++
						require.Equal(t, equatable(whole.Energy(span)), equatable(partial.Energy(span)))
					}
				}
				require.True(t, partial.Final(span))
			}
			require.Greater(t, finals, 1000)
		})
	}
}

// spoil makes some readings late or failed, some stretches long enough to be a
// gap, and resets a counter at times.
func spoil(points []Point, rng *rand.Rand) {
	for i := range points {
		switch rng.IntN(40) {
		case 0:
			points[i].Status = StatusLate
		case 1:
			points[i].Status = StatusError
		}
	}
	if rng.IntN(3) == 0 {
		from := rng.IntN(len(points) - 60)
		for i := range rng.IntN(60) {
			points[from+i].Status = StatusError
		}
	}
	if rng.IntN(4) == 0 {
		for i := rng.IntN(len(points)); i < len(points); i++ {
			points[i].Session = 1
		}
	}
}

// equatable replaces NaN, which equals nothing.
func equatable(e Energy) Energy {
	if e.Fault != "" {
		e.EnergyJ, e.MeanPowerW, e.UncertaintyJ = -1, -1, -1
	}
	return e
}

// TestFinal: when a result is certain.
func TestFinal(t *testing.T) {
	d := gaugeOf(GaugeAverage, 100*time.Millisecond, time.Second) // shifted by 0.5 s, gap limit 1 s
	span := Span{0, 2}
	at := func(t float64, status string) Point { return Point{TimeS: t, Value: 100 + t, Status: status} }
	for _, c := range []struct {
		name string
		last Point
		want bool
	}{
		{"before the end", at(1.9, StatusOK), false},
		{"after the end, before the shifted end", at(2.4, StatusOK), false},
		{"after the shifted end", at(2.6, StatusOK), true},
		{"an error after the shifted end", at(2.6, StatusError), false},
		{"an error so late that the gap is certain", at(3.6, StatusError), true},
	} {
		s := NewSeries(d, []Point{at(-1, StatusOK), at(0, StatusOK), at(1, StatusOK), c.last})
		require.Equal(t, c.want, s.Final(span), c.name)
	}
}

// TestPointsOutOfOrder are ignored, so that a damaged file cannot turn time
// back.
func TestPointsOutOfOrder(t *testing.T) {
	w := world{law: constant(200), domain: counterOf(time.Millisecond, raplUnitJ, 0)}
	points := w.points(15, rand.New(rand.NewPCG(1, 1)))
	want := NewSeries(w.domain, points).Energy(Span{1, 9})
	points = append(points[:100], append([]Point{points[20], points[99]}, points[100:]...)...)
	require.Equal(t, want, NewSeries(w.domain, points).Energy(Span{1, 9}))
}
