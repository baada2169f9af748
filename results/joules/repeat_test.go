package joules

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestRepeats: a gauge of 1 s read every 0.25 s keeps a repeated value once half
// a second has passed, and each new value at once.
func TestRepeats(t *testing.T) {
	d := gaugeOf(GaugeInstant, time.Second, 0)
	for _, c := range []struct {
		name   string
		values []float64 // at 0, 0.25, 0.5 … s
		kept   []float64 // their times
	}{
		{"all the same", []float64{5, 5, 5, 5, 5, 5, 5}, []float64{0, 0.5, 1, 1.5}},
		{"all new", []float64{1, 2, 3, 4}, []float64{0, 0.25, 0.5, 0.75}},
		{"one update a second", []float64{1, 1, 1, 1, 2, 2, 2, 2, 3}, []float64{0, 0.5, 1, 1.5, 2}},
		{"back to an old value", []float64{1, 2, 1, 2}, []float64{0, 0.25, 0.5, 0.75}},
	} {
		s := NewSeries(d, nil)
		for i, v := range c.values {
			s.Add(Point{TimeS: float64(i) / 4, Value: v, Status: StatusOK})
		}
		var kept []float64
		for _, k := range s.knots {
			kept = append(kept, k.t)
		}
		require.Equal(t, c.kept, kept, c.name)
	}
}

// TestRepeatsHoldALevel: between two steps the kept repeats keep the trapezoid
// level, where dropping them all would draw a slope of seconds.
func TestRepeatsHoldALevel(t *testing.T) {
	d := gaugeOf(GaugeInstant, time.Second, 0)
	s := NewSeries(d, nil)
	for i := range 60 {
		v := 100.0
		if i >= 20 && i < 40 {
			v = 300
		}
		s.Add(Point{TimeS: float64(i) / 4, Value: v, Status: StatusOK})
	}
	require.InDelta(t, 4*100+5*300+4*100, s.Energy(Span{1, 14}).EnergyJ, 200*0.5)
}
