package results

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// A machine that slows down from trial to trial: medians over trials of different length
// mislead, ratios within trials do not.
func TestPairedRatio(t *testing.T) {
	var samples []Sample
	add := func(run, runner string, trial int, seconds, joules float64, status string) {
		s := NewSample()
		s.RunID, s.Runner, s.Trial, s.Status, s.Workload, s.DeviceCount = run, runner, trial, status, "matmul/fp32/n=8", 1
		s.Iterations, s.DurationS, s.EnergyJ, s.Ops = 10, seconds, joules, 2
		samples = append(samples, s)
	}
	for trial := 1; trial <= 6; trial++ {
		slow := float64(trial)
		add("a", "cpu", trial, slow, 8*slow, OK)
		if trial > 3 {
			add("a", "onednn", trial, 1.25*slow, 2*slow, OK)
		}
		add("b", "cpu", trial, 100, 100, OK) // of another run
	}
	add("a", "onednn", 1, 1e-3, 1, Void)
	row := func(runner string) *SummaryRow {
		for _, r := range Summarise(samples) {
			if r.RunID == "a" && r.Runner == runner {
				return &r
			}
		}
		t.Fatal(runner)
		return nil
	}
	cpu, other := Within(samples, row("cpu"), "throughput"), Within(samples, row("onednn"), "throughput")
	require.Equal(t, map[int]float64{1: 10, 2: 5, 3: 10. / 3, 4: 2.5, 5: 2, 6: 10. / 6}, cpu)
	ratio := PairedRatio(cpu, other)
	require.InDelta(t, 1.25, ratio.Center, 1e-12)
	require.Equal(t, 3, ratio.N)
	require.True(t, math.IsNaN(ratio.Low), "three trials have no interval")
	joules := PairedRatio(Within(samples, row("cpu"), "efficiency"), Within(samples, row("onednn"), "efficiency"))
	require.InDelta(t, 0.25, joules.Center, 1e-12)
	require.True(t, math.IsNaN(PairedRatio(cpu, nil).Center))
	require.Equal(t, Median{1, 1, 1, 6}, PairedRatio(cpu, cpu))
}
