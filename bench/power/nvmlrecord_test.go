package power_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"joulemark/bench/internal/nvml/nvmltest"
	"joulemark/bench/power"
	"joulemark/results/joules"
)

// recorded is what the named meters give in a stretch of time: the points of each
// domain, and the span on CLOCK_MONOTONIC's seconds.
func recorded(t *testing.T, cfg power.Config, length time.Duration, meters ...string) (map[string][]joules.Point, []joules.Domain, joules.Span) {
	t.Helper()
	var open []power.Meter
	for _, name := range meters {
		open = append(open, must(t, cfg, name))
	}
	r := power.Start(open, power.Options{})
	time.Sleep(300 * time.Millisecond)
	r.Boundary()
	span := joules.Span{StartS: float64(power.ClockNS()) / 1e9}
	time.Sleep(length)
	span.EndS = float64(power.ClockNS()) / 1e9
	r.Boundary()
	time.Sleep(1200 * time.Millisecond) // averages of 1 s speak of the middle of theirs
	points := map[string][]joules.Point{}
	for i, d := range r.Domains() {
		points[d.ID()] = r.Points(i)
	}
	require.NoError(t, r.Stop())
	return points, r.Domains(), span
}

// Counters that freeze or begin anew give no joules, and say why.
func TestNVMLCountersThatLie(t *testing.T) {
	nvmltest.Use(t, nvmltest.Build(t), cardA+"frozen_after=0.5", cardB+"reset_after=0.8", "pci=00000000:02:00.0")
	points, domains, span := recorded(t, power.Config{}, 1500*time.Millisecond, "nvml")
	want := map[string]string{"nvml:0000:41:00.0-energy": "stood still", "nvml:0001:0a:00.0-energy": "ran backwards", "nvml:0000:02:00.0-energy": ""}
	for _, d := range domains {
		if fault, ok := want[d.ID()]; ok {
			require.Equal(t, fault, joules.NewSeries(d, points[d.ID()]).Energy(span).Fault, d.ID())
			delete(want, d.ID())
		}
	}
	require.Empty(t, want)
}

// Calls of 5 ms, as real cards have them, lose no reading, and no other meter waits
// for them. Each domain's joules are those of the law.
func TestNVMLSlowCallsDisturbNobody(t *testing.T) {
	const law = "sine:300:100:3"
	nvmltest.Use(t, nvmltest.Build(t), cardA+"cc=8.6,law="+law, cardB+"cc=9.0,law="+law)
	nvmltest.Options(t, "delay_ms=5")
	points, domains, span := recorded(t, power.Config{Root: tree(t, "intel-2s")}, 3*time.Second, "nvml", "rapl")
	truth := nvmltest.EnergyJ(law, span.EndS) - nvmltest.EnergyJ(law, span.StartS)
	for _, d := range domains {
		used := 0
		for _, p := range points[d.ID()] {
			require.NotEqual(t, joules.StatusError, p.Status)
			if p.Status == joules.StatusOK {
				used++
			}
		}
		require.Greater(t, used, 25, "%s: of the 45 that 4.5 s at 10 Hz have", d.ID())
		if d.Meter != "nvml" {
			continue
		}
		e := joules.NewSeries(d, points[d.ID()]).Energy(span)
		require.Empty(t, e.Fault, d.ID())
		// One moment is one draw: the 95 % half-width of two stale ends is 0.8 of what
		// they can be at most.
		require.InDelta(t, truth, e.EnergyJ, 1.25*e.UncertaintyJ, d.ID())
		require.Less(t, e.UncertaintyJ, 0.2*truth, d.ID())
	}
}
