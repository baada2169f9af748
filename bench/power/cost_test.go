package power

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/bench/power/fixture"
	"joulemark/results/joules"
)

// fiveDomains is a line that records the five zones of a laptop, not started.
func fiveDomains(t testing.TB) *line {
	root := t.TempDir()
	require.NoError(t, fixture.Unpack("intel-client-psys", root))
	m, err := openRAPL(Config{Root: root})
	require.NoError(t, err)
	t.Cleanup(func() { m.Close() })
	require.Len(t, m.Domains(), 5)
	r := &Recorder{options: Options{Now: ClockNS}, domains: m.Domains()}
	for range r.domains {
		r.points = append(r.points, make([]joules.Point, 0, 1<<16))
	}
	r.pending, r.spare = make([]Record, 0, 1<<18), make([]Record, 0, 1<<18)
	return newLine(r, m, 0)
}

// TestTickDoesNotAllocate in steady state.
func TestTickDoesNotAllocate(t *testing.T) {
	l := fiveDomains(t)
	require.Zero(t, testing.AllocsPerRun(1000, l.tick))
}

// TestRecorderCost: the CPU time of a tick over five domains, ten times a
// second, is under 0.1 % of the CPUs. CPU time, not elapsed time, so that it
// does not depend on what else runs; it is tens of times below the limit.
func TestRecorderCost(t *testing.T) {
	l := fiveDomains(t)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before, ok := threadCPUNS()
	if !ok {
		t.Skip("this system does not tell a thread's CPU time")
	}
	const ticks = 2000
	for range ticks {
		l.tick()
	}
	after, _ := threadCPUNS()
	perTick := float64(after-before) / ticks
	fraction := perTick * 10 / 1e9 / float64(runtime.NumCPU())
	t.Logf("%.1f µs of CPU a tick of five domains: %.4f %% of %d CPUs at 10 Hz", perTick/1e3, 100*fraction, runtime.NumCPU())
	require.Less(t, fraction, 0.001)
}

// BenchmarkTick is the cost of one look at five local domains.
func BenchmarkTick(b *testing.B) {
	l := fiveDomains(b)
	for b.Loop() {
		l.tick()
		if len(l.r.pending) > 1<<17 {
			l.r.flush()
			for i := range l.r.points {
				l.r.points[i] = l.r.points[i][:0]
			}
		}
	}
}
