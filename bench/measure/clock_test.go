package measure

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"joulemark/results"
	"joulemark/results/joules"
)

func TestFirstSessionBeginsAtZero(t *testing.T) {
	s, c := newSession(nil, "boot", "v")
	require.Zero(t, s.StartS)
	require.InDelta(t, 0, c.now(), 1)
	require.Equal(t, "boot", s.BootID)
}

// The clock of a later session goes on with the wall time, and never runs into
// what is already on file.
func TestLaterSessionsContinueTheClock(t *testing.T) {
	began := time.Now().UTC().Add(-time.Hour).Format(time.RFC3339Nano)
	old := &results.Run{Machine: &results.Machine{StartedAt: began}, Phases: []results.PhaseRow{{EndS: 50}}}
	s, c := newSession(old, "", "")
	require.InDelta(t, 3600, s.StartS, 5)
	require.InDelta(t, s.StartS, c.now(), 1)
	// a wall clock that was set back
	old.Points = map[string][]joules.Point{"m:d": {{TimeS: 9000}}}
	s, _ = newSession(old, "", "")
	require.Equal(t, 9001.0, s.StartS)
}

func TestPhasesTile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	folder, err := results.Create(dir, &results.Plan{SchemaVersion: results.SchemaVersion, RunID: "r"}, &results.Machine{SchemaVersion: results.SchemaVersion, RunID: "r"})
	require.NoError(t, err)
	tl := tiler{folder: folder, runID: "r", lastS: 1}
	for _, end := range []float64{2, 2, 1.5, 4} { // an empty phase and one that ends before it began leave no row
		_, err := tl.end(results.PhaseCheck, 1, 1, end)
		require.NoError(t, err)
	}
	require.NoError(t, folder.Close())
	run, err := results.Open(dir)
	require.NoError(t, err)
	require.Len(t, run.Phases, 2)
	require.Equal(t, run.Phases[0].EndS, run.Phases[1].StartS)
	require.Equal(t, 4.0, run.Phases[1].EndS)
}
