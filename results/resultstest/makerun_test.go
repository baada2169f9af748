package resultstest

import (
	"path/filepath"
	"testing"

	"joulemark/results"

	"github.com/stretchr/testify/require"
)

// What MakeRun makes must be whole, or the tests built on it prove nothing.
func TestMakeRun(t *testing.T) {
	for name, o := range map[string]Options{
		"default":     {},
		"no sensor":   {Sensors: []Sensor{}, Estimate: &results.Estimate{LowW: 5, HighW: 20}},
		"two devices": {Devices: append(CPU(), Card()), Sensors: append(TwoPackages(), GPUBoard()), Trials: 2},
		"noise":       {Noise: 0.01, Seed: 9},
		"simulated":   {Simulated: true, Trials: 1},
		"statuses":    {Trials: 5, Outcome: everyStatus},
		"stopped":     {Rows: 4},
		"killed":      {Rows: 4, Killed: true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "run")
			require.NoError(t, MakeRun(dir, o))
			findings, err := results.Verify(dir)
			require.NoError(t, err)
			for _, f := range findings {
				require.True(t, f.Note, f.String())
			}
			require.Equal(t, o.Rows > 0, len(findings) > 0, "%v", findings)
		})
	}
}

func everyStatus(_ results.PlanDevice, _ string, trial int) (status, reason string) {
	return []string{results.OK, results.Void, results.Unsupported, results.Unavailable, results.Failed}[trial-1], "made up"
}
