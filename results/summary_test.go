package results_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"joulemark/results"
	"joulemark/results/resultstest"

	"github.com/stretchr/testify/require"
)

// trial is an ok sample of 1 s at the given rate and power.
func trial(n int, rate, watts float64) results.Sample {
	s := results.NewSample()
	s.RunID, s.MachineID, s.Runner, s.DeviceID, s.Workload, s.WorkloadVersion, s.Fill = "r", "m", "cpu", "cpu", "w", 1, "uniform"
	s.Trial, s.Order, s.Status, s.Simulated = n, 1, results.OK, results.False
	s.Ops, s.Iterations, s.DurationS, s.EnergyJ, s.IdlePowerW = rate/10, 10, 1, watts, 20
	s.EnergyDomain, s.EnergyScope, s.EnergyScopeClass, s.EnergyProvenance, s.SystematicUncertaintyPct = "rapl:package-0", "package", "component", "measured", 4
	return s
}

// The median of ratios is not the ratio of medians, and the interval of six
// values is their extremes, of seven the same, of nine the second and eighth
// (binomial order statistics at 95 %).
func TestSummarise(t *testing.T) {
	var samples []results.Sample
	rates := []float64{900, 1000, 1100, 1200, 1300, 1400}
	watts := []float64{90, 80, 100, 150, 100, 140}
	for i := range rates {
		samples = append(samples, trial(i+1, rates[i], watts[i]))
	}
	r := results.Summarise(samples)[0]
	require.Equal(t, 6, r.Trials)
	require.Equal(t, 1150.0, r.ThroughputOpS)
	require.Equal(t, []float64{900, 1400}, []float64{r.ThroughputLowOpS, r.ThroughputHighOpS})
	// ratios: 10, 12.5, 11, 8, 13, 10
	require.Equal(t, 10.5, r.EfficiencyOpJ)
	require.Equal(t, []float64{8, 13}, []float64{r.EfficiencyLowOpJ, r.EfficiencyHighOpJ})
	require.Equal(t, 100.0, r.PowerW)
	require.InDelta(t, (1/10.0+1/11.0)/2, r.EnergyPerOpJ, 1e-15)
	// net: 900/70, 1000/60, 1100/80, 1200/130, 1300/80, 1400/120
	require.InDelta(t, (900/70.0+1100/80.0)/2, r.EfficiencyNetOpJ, 1e-12)
	require.Equal(t, results.OK, r.Status)
	require.Equal(t, results.False, r.Simulated)
	require.Equal(t, 4.0, r.SystematicUncertaintyPct)

	five := results.Summarise(samples[:5])[0]
	require.True(t, math.IsNaN(five.ThroughputLowOpS) && math.IsNaN(five.EfficiencyHighOpJ), "five trials give no 95 % interval")
	require.False(t, math.IsNaN(five.ThroughputOpS))
}

// Medians sort what they are given; the samples keep the order of the run.
func TestSummariseKeepsOrder(t *testing.T) {
	var samples []results.Sample
	for i := range 9 {
		samples = append(samples, trial(i+1, 1000-float64(i), 100))
	}
	first := results.Summarise(samples)
	require.True(t, slices.IsSortedFunc(samples, func(a, b results.Sample) int { return a.Trial - b.Trial }))
	require.Equal(t, []float64{993, 999}, []float64{first[0].ThroughputLowOpS, first[0].ThroughputHighOpS})
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(samples), func(i, j int) { samples[i], samples[j] = samples[j], samples[i] })
	require.Equal(t, written(t, first), written(t, results.Summarise(samples)), "the order of trials does not matter")
	values := []float64{3, 1, 2}
	results.MedianOf(values)
	require.Equal(t, []float64{3, 1, 2}, values)
}

// written is rows as a file, in which unknown numbers are equal.
func written(t *testing.T, rows []results.SummaryRow) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, results.WriteSummary(&b, rows))
	return b.String()
}

func TestSummariseStatuses(t *testing.T) {
	bad := func(n int, status, why string) results.Sample {
		s := trial(n, 5, 5)
		s.Status, s.StatusReason = status, why
		return s
	}
	r := results.Summarise([]results.Sample{bad(1, results.Void, "hot"), bad(2, results.Failed, "broke"), trial(3, 1000, 100)})[0]
	require.Equal(t, []any{results.OK, "", 1, 1, 1, 1000.0}, []any{r.Status, r.StatusReason, r.Trials, r.Void, r.Failed, r.ThroughputOpS})
	r = results.Summarise([]results.Sample{bad(1, results.Unsupported, "no int4"), bad(2, results.Failed, "broke")})[0]
	require.Equal(t, []any{results.Unsupported, "no int4", 0, 1}, []any{r.Status, r.StatusReason, r.Trials, r.Failed})
	require.True(t, math.IsNaN(r.ThroughputOpS) && math.IsNaN(r.EfficiencyOpJ))
}

// Joules of different meters are different things.
func TestSummariseMixedMeters(t *testing.T) {
	var samples []results.Sample
	for i := range 8 {
		s := trial(i+1, 1000, 100)
		switch i {
		case 0: // one trial before the meter was found
			s.EnergyDomain, s.EnergyScope, s.EnergyJ = "shelly:0", "wall", 300
		case 3:
			s.EnergyJ = math.NaN()
		}
		samples = append(samples, s)
	}
	r := results.Summarise(samples)[0]
	require.Equal(t, []any{8, 6, 10.0, "package"}, []any{r.Trials, r.EnergyTrials, r.EfficiencyOpJ, r.EnergyScope})
	require.Equal(t, 10.0, r.EfficiencyHighOpJ)
}

func TestRatiosNeedJoules(t *testing.T) {
	for watts, want := range map[float64]float64{0: math.NaN(), -5: math.NaN(), 100: 10} {
		r := results.Summarise([]results.Sample{trial(1, 1000, watts)})[0]
		require.Equal(t, math.IsNaN(want), math.IsNaN(r.EfficiencyOpJ), "%g W", watts)
	}
	below := trial(1, 1000, 15) // idle explains more than all
	require.True(t, math.IsNaN(results.Summarise([]results.Sample{below})[0].EfficiencyNetOpJ))
}

// Summing up concatenated runs is concatenating their summaries.
func TestSummaryOfConcatenation(t *testing.T) {
	a := open(t, made(t, resultstest.Options{Noise: 0.02, Seed: 1, RunID: "b"}))
	b := open(t, made(t, resultstest.Options{Noise: 0.02, Seed: 2, RunID: "a", MachineID: "other"}))
	want := append(results.Summarise(a.Samples), results.Summarise(b.Samples)...)
	got := results.Summarise(slices.Concat(a.Samples, b.Samples))
	require.Len(t, got, 6)
	require.Equal(t, written(t, want), written(t, got))
}

// Rows are ordered for people: sizes by value.
func TestSummaryOrder(t *testing.T) {
	var samples []results.Sample
	for _, w := range []string{"matmul/fp32/m=4096", "matmul/fp32/m=512", "matmul/fp32/m=1024"} {
		s := trial(1, 1, 1)
		s.Workload = w
		samples = append(samples, s)
	}
	var got []string
	for _, r := range results.Summarise(samples) {
		got = append(got, r.Workload)
	}
	require.Equal(t, []string{"matmul/fp32/m=512", "matmul/fp32/m=1024", "matmul/fp32/m=4096"}, got)
}
