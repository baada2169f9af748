package power_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"joulemark/bench/power"
	"joulemark/results/joules"
)

// replay opens a trace with a clock that the test moves.
func replay(t *testing.T, csv, options string) (m power.Meter, at func(s float64) float64, err error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "trace.csv")
	require.NoError(t, os.WriteFile(path, []byte(csv), 0o644))
	now := int64(5e9)
	cfg := power.Config{Now: func() int64 { return now }, Addresses: map[string]string{"replay": path + options}}
	m, err = open(t, cfg, "replay")
	at = func(s float64) float64 {
		now = 5e9 + int64(s*1e9)
		r := values(m)["trace"]
		require.NoError(t, r.Err)
		require.Equal(t, now, r.BeforeNS)
		return r.Value
	}
	return m, at, err
}

// TestReplayHolds each row until the next and begins again at the end.
func TestReplayHolds(t *testing.T) {
	_, at, err := replay(t, "time_s,power_w\n10,100\n10.5,200\n11,300\n", "")
	require.NoError(t, err)
	for _, c := range []struct{ s, want float64 }{
		{0, 100}, {0.49, 100}, {0.5, 200}, {0.99, 200}, {1, 300}, {1.49, 300}, {1.5, 100}, {2.1, 200}, {151.2, 300},
	} {
		require.Equal(t, c.want, at(c.s), "%v s", c.s)
	}
}

// TestReplayCounter never falls, and gains in each round what the trace gains
// in its length.
func TestReplayCounter(t *testing.T) {
	m, at, err := replay(t, "time_s,energy_j\n0,1000\n1,1100\n2,1200\n", "")
	require.NoError(t, err)
	require.Equal(t, joules.Counter, m.Domains()[0].Kind)
	last := 0.0
	for s := 0.0; s < 20; s += 0.25 {
		require.GreaterOrEqual(t, at(s), last)
		last = at(s)
	}
	require.InDelta(t, 1000+100*floor(19.75), last, 1e-9)
}

func floor(x float64) float64 { return float64(int(x)) }

// TestReplayDomain: what the address says of the trace.
func TestReplayDomain(t *testing.T) {
	const csv = "time_s,power_average_w,power_instant_w,temperature_c\n0,100,,40\n0.02,100,,40\n0.04,101,,40\n0.06,101,,40\n0.08,102,,40\n"
	m, _, err := replay(t, csv, "")
	require.NoError(t, err)
	d := m.Domains()[0]
	require.Equal(t, "replay:trace", d.ID())
	require.Equal(t, joules.GaugeAverage, d.Kind, "power_instant_w is empty")
	require.Equal(t, joules.Package, d.Scope)
	require.Equal(t, "cpu:0", d.Device)
	require.Equal(t, joules.Measured, d.Provenance)
	require.True(t, d.Simulated)
	require.Equal(t, 40*time.Millisecond, d.Period, "the value changes at every other row")
	require.Equal(t, "measured", d.PeriodSource)

	m, _, err = replay(t, csv, "?scope=board&device=0000:03:00.0&kind=gauge_instant&window=25ms&column=power_average_w")
	require.NoError(t, err)
	d = m.Domains()[0]
	require.Equal(t, joules.Board, d.Scope)
	require.Equal(t, "0000:03:00.0", d.Device)
	require.Equal(t, joules.GaugeInstant, d.Kind)
	require.Equal(t, 25*time.Millisecond, d.Window)
}

// TestReplayErrors name row and column, the header being row 1.
func TestReplayErrors(t *testing.T) {
	const good = "time_s,power_w\n0,1\n1,2\n"
	for _, c := range []struct{ name, csv, options, says string }{
		{"empty", "", "", "the file is empty: a trace is a CSV file with a header row"},
		{"not a table", "\x7fELF\x02\x01\"\n", "", "a trace is a CSV file with a header row"},
		{"ragged", "time_s,power_w\n0,1,2\n", "", "line 2"},
		{"no time", "t,power_w\n0,1\n1,2\n", "", "row 1: no column time_s"},
		{"nothing to play", "time_s,temperature_c\n0,1\n1,2\n", "", "row 1: no column with numbers to play: a trace has time_s and one of power_w, power_instant_w, power_average_w, energy_j"},
		{"only empty cells", "time_s,power_w\n0,\n1,\n", "", "row 1: no column with numbers to play"},
		{"one row", "time_s,power_w\n0,1\n", "", "fewer than two rows"},
		{"a word for a time", "time_s,power_w\n0,1\nnow,2\n", "", `row 3, time_s: "now" is no number`},
		{"a word for watts", "time_s,power_w\n0,1\n1,much\n", "", `row 3, power_w: "much" is no number`},
		{"negative watts", "time_s,power_w\n0,1\n1,-2\n", "", `row 3, power_w: "-2" is no number of at least 0`},
		{"infinite watts", "time_s,power_w\n0,1\n1,Inf\n", "", `row 3, power_w: "Inf" is no number`},
		{"time stands", "time_s,power_w\n0,1\n1,2\n1,3\n", "", "row 4, time_s: 1 is not after the row before"},
		{"energy falls", "time_s,energy_j\n0,10\n1,2\n", "", "row 3, energy_j: 2 is less than in the row before"},
		{"no such column", good, "?column=power_instant_w", `no column "power_instant_w"`},
		{"no such scope", good, "?scope=planet", `no scope "planet": choose from [package`},
		{"watts as joules", good, "?kind=counter", `column power_w cannot be of kind "counter"`},
		{"no such kind", good, "?kind=guess", `cannot be of kind "guess"`},
		{"no such option", good, "?colour=red", `no option "colour": choose from column, device, kind, scope, window`},
		{"no duration", good, "?window=long", `window "long" is no duration`},
		{"bad query", good, "?scope=%zz", "write it FILE.csv?scope=package"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := replay(t, c.csv, c.options)
			require.ErrorIs(t, err, power.ErrUnavailable)
			require.ErrorContains(t, err, c.says)
		})
	}
	_, err := open(t, power.Config{Addresses: map[string]string{"replay": "/nowhere.csv"}}, "replay")
	require.ErrorContains(t, err, "/nowhere.csv: no such file")
}
