package plots

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"joulemark/results"
	"joulemark/results/joules"
)

// Steps follow the law behind the readings: their energy over the window is the
// exact integral, and no step leaves the law's range by more than a counter's
// last millisecond allows.
func TestStepsFollowTheLaw(t *testing.T) {
	load := law{{0, 60}, {3, 200}, {7, 90}}
	d := joules.Domain{Meter: "rapl", Name: "package-0", Kind: joules.Counter, Provenance: joules.Measured, Scope: joules.Package, WrapJ: 65532.6, Period: time.Millisecond}
	points := counter(load, d.WrapJ, 10, nil)
	view := joules.Span{StartS: 1, EndS: 9}
	steps := stepsBetween(d, points, view, 4, 400)
	require.Len(t, steps, 80)
	energy := 0.0
	for i, s := range steps {
		require.GreaterOrEqual(t, s.powerW, 60-1e-6)
		require.LessOrEqual(t, s.powerW, 200+1e-6)
		require.True(t, i == 0 || math.Abs(s.span.StartS-steps[i-1].span.EndS) < 1e-9, "steps tile the view")
		energy += s.powerW * s.span.Seconds()
	}
	require.InDelta(t, load.energy(view.EndS)-load.energy(view.StartS), energy, 1e-6)
}

// A stretch without readings is a gap in the line and not a guess.
func TestStepsHaveGaps(t *testing.T) {
	d := joules.Domain{Kind: joules.GaugeInstant, Scope: joules.Board, Period: 100 * time.Millisecond}
	var points []joules.Point
	for i := range 200 {
		p := joules.Point{TimeS: float64(i) / 10, Value: 300 + float64(i%2), Status: joules.StatusOK}
		if i > 80 && i < 140 {
			p.Status, p.Value = joules.StatusError, math.NaN()
		}
		points = append(points, p)
	}
	for _, s := range stepsBetween(d, points, joules.Span{StartS: 1, EndS: 19}, 1, 400) {
		middle := (s.span.StartS + s.span.EndS) / 2
		if middle > 9.2 && middle < 12.8 {
			require.True(t, math.IsNaN(s.powerW), "%v", s)
		} else if middle < 7.9 || middle > 14.2 {
			require.InDelta(t, 300.5, s.powerW, 0.6, "%v", s)
		}
	}
}

// A counter that moves ten times a second is not differenced in shorter steps than
// ten of its periods.
func TestStepsOfSlowCountersAreLong(t *testing.T) {
	d := joules.Domain{Kind: joules.Counter, Period: 101 * time.Millisecond}
	points := counter(law{{0, 100}}, 1e9, 20, nil)
	steps := stepsBetween(d, points, joules.Span{EndS: 20}, 0, 400)
	require.InDelta(t, 1.01, steps[0].span.Seconds(), 1e-9)
}

func TestChooseStep(t *testing.T) {
	run := twoPackages(t)
	cases := []struct {
		name                string
		trial, order, found int
	}{
		{"the first with joules", 0, 0, 2},
		{"asked for", 1, 5, 5},
		{"asked for a void one", 1, 1, 1},
		{"not there", 9, 1, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, window, found := chooseStep(run, c.trial, c.order)
			require.Equal(t, c.found > 0, found)
			require.Equal(t, c.found, s.Order)
			require.Equal(t, found, window.Seconds() > 3.9)
		})
	}
}

func TestPowerSkips(t *testing.T) {
	noWindow := twoPackages(t)
	noWindow.Phases = noWindow.Phases[:1]
	cases := []struct {
		name  string
		run   *results.Run
		trial int
		want  string
	}{
		{"no readings", fixture{model: "m", run: "r", trials: 1, rows: quickRows}.build(t), 0, "no power readings in these runs"},
		{"no window", noWindow, 0, "no window was measured"},
		{"no such step", twoPackages(t), 7, "no window of trial 7, order 1"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			pages, err := drawPower([]*results.Run{c.run}, c.trial, 1)
			require.ErrorIs(t, err, ErrSkipped)
			require.ErrorContains(t, err, c.want)
			require.Empty(t, pages)
		})
	}
}

// A domain that is no measurement is drawn dashed, in grey, and named as what it is.
func TestPowerNamesEstimates(t *testing.T) {
	run := twoPackages(t)
	run.Machine.Domains[3].Provenance = joules.Virtual
	s, window, _ := chooseStep(run, 0, 0)
	v := powerView{run: run, sample: s, window: window}
	curves, _ := v.curves()
	last := curves[len(curves)-1]
	require.False(t, last.measured)
	require.Equal(t, Light.Muted, last.color)
	require.Contains(t, last.label, "hwmon:acpi-power (virtual)")
	require.Contains(t, v.howDrawn(curves), "dashed lines are no measurement")
	require.True(t, curves[0].measured && curves[0].headline)
}
