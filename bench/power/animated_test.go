package power_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"joulemark/bench/power"
	"joulemark/bench/power/fixture"
	"joulemark/results/joules"
)

// laws of the animated servers, by package number in the zone's name.
func lawOf(z fixture.Zone) fixture.Law {
	of := z.Name
	if z.Parent != "" {
		of = z.Parent + "/" + z.Name
	}
	switch {
	case strings.HasSuffix(of, "/dram"):
		return fixture.Constant(18)
	case strings.HasSuffix(of, "/core"):
		return fixture.Constant(7)
	case strings.HasPrefix(of, "package-0"):
		return fixture.Square{LowW: 90, HighW: 310, PeriodS: 0.3, Duty: 0.4}
	}
	return fixture.Ramp{FromW: 80, ToW: 260, Seconds: 1.5}
}

// TestAnimatedServers records the counters of a two-socket machine in motion
// and holds every domain's energy against the law that moves it. The AMD tree
// shows each counter eight times; the Intel one wraps within the span.
func TestAnimatedServers(t *testing.T) {
	for _, c := range []struct {
		tree  string
		zones map[string]string // domain -> zone that holds its law
	}{
		{"intel-2s", map[string]string{"package-0": "intel-rapl:0", "package-1": "intel-rapl:1", "dram-0": "intel-rapl:0:0", "dram-1": "intel-rapl:1:0"}},
		{"amd-2s-8ccd", map[string]string{"package-0": "intel-rapl:0", "package-1": "intel-rapl:8"}},
	} {
		t.Run(c.tree, func(t *testing.T) {
			t.Parallel()
			root := tree(t, c.tree)
			ctx, cancel := context.WithCancel(t.Context())
			nearWrap(t, root)
			a, err := fixture.Animate(ctx, root, power.ClockNS, lawOf)
			require.NoError(t, err)
			m := must(t, power.Config{Root: root}, "rapl")
			require.Len(t, m.Domains(), len(c.zones))
			r := power.Start([]power.Meter{m}, power.Options{OriginNS: a.StartNS(), Interval: 20 * time.Millisecond})
			time.Sleep(150 * time.Millisecond)
			r.Boundary()
			from := power.ClockNS()
			time.Sleep(time.Second)
			to := power.ClockNS()
			r.Boundary()
			span := joules.Span{StartS: float64(from-a.StartNS()) / 1e9, EndS: float64(to-a.StartNS()) / 1e9}
			for i, d := range r.Domains() {
				d.Period = 20 * time.Millisecond // of the animation, with room for a busy machine
				e := joules.NewSeries(d, r.Points(i)).Energy(span)
				require.Empty(t, e.Fault, d.Name)
				truth := a.EnergyJ(c.zones[d.Name], from, to)
				require.InDelta(t, truth, e.EnergyJ, math.Max(e.UncertaintyJ, 0.001*truth), d.Name)
				require.Less(t, e.UncertaintyJ, truth/2, d.Name)
			}
			t.Logf("recorder: %.4f %% of the CPUs", 100*r.CPUFraction())
			require.NoError(t, r.Stop())
			cancel()
			require.NoError(t, a.Wait())
		})
	}
}

// nearWrap puts intel-rapl:1:0 of the Intel tree a few joules before its end.
func nearWrap(t *testing.T, root string) {
	t.Helper()
	file := filepath.Join(root, "sys/class/powercap/intel-rapl:1:0/energy_uj")
	b, err := os.ReadFile(filepath.Join(filepath.Dir(file), "name"))
	if err == nil && strings.TrimSpace(string(b)) == "dram" {
		require.NoError(t, os.WriteFile(file, []byte("65712990000\n"), 0o600))
	}
}

// TestAnimationIsWhole: a reader that reads as fast as it can never sees a half
// written number: values only rise, but for the wraps.
func TestAnimationIsWhole(t *testing.T) {
	root := tree(t, "intel-2s")
	ctx, cancel := context.WithCancel(t.Context())
	a, err := fixture.Animate(ctx, root, power.ClockNS, func(z fixture.Zone) fixture.Law { return fixture.Constant(9e3) })
	require.NoError(t, err)
	m := must(t, power.Config{Root: root}, "rapl")
	readings := make([]joules.Reading, len(m.Domains()))
	last := make([]float64, len(readings))
	for end := time.Now().Add(500 * time.Millisecond); time.Now().Before(end); {
		m.Read(readings)
		for i, r := range readings {
			require.NoError(t, r.Err)
			if r.Value < last[i] {
				require.Less(t, r.Value, 2000.0, "%s fell from %f", m.Domains()[i].Name, last[i])
			}
			last[i] = r.Value
		}
	}
	cancel()
	require.NoError(t, a.Wait())
}
