package main

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/results"
)

func TestShowAgainstSetsARunnerOverTheBestOther(t *testing.T) {
	dir := twoRunners(t)
	r := joulemark(t, "show", "--by", "runner", "--against", "onednn", dir).ok(t)
	rows := strings.Split(strings.TrimSpace(r.stdout), "\n")
	require.Contains(t, rows[0], "onednn / best other")
	require.Contains(t, r.stdout, "20.000")
	for _, row := range rows[1:] {
		require.Equal(t, strings.Contains(row, "matmul"), strings.HasSuffix(row, " cpu"), "a ratio where both were measured: %s", row)
	}
	require.Contains(t, joulemark(t, "show", "--by", "runner", "--against", "mkl", dir).stderr, "takes one of cpu, onednn")
	require.Contains(t, joulemark(t, "show", "--against", "cpu", dir).stderr, "--against goes with --by runner")

	r = joulemark(t, "show", "--by", "runner", "--against", "onednn", "--paired", dir).ok(t)
	require.Contains(t, r.stdout, "onednn / best other, within trials")
	require.Contains(t, r.stdout, "20.000")
	require.Contains(t, joulemark(t, "show", "--by", "runner", "--paired", dir).stderr, "--paired goes with --against RUNNER")
	require.Contains(t, joulemark(t, "show", "--paired", dir).stderr, "--paired goes with --by runner --against RUNNER")
}

// The interval is wide where both are: lowest over highest, highest over lowest.
func TestRatioOfAPivotHasTheWorstOfBothIntervals(t *testing.T) {
	named := func(runner string) *results.SummaryRow { return &results.SummaryRow{Runner: runner} }
	p := pivot{columns: []string{"a", "b", "c"}, values: map[[2]string]pivotValue{
		{"w", "a"}: {named("a"), 100, 90, 110},
		{"w", "b"}: {named("b"), 80, 75, 85},
		{"w", "c"}: {named("c"), math.NaN(), 1, 2},
		{"x", "a"}: {named("a"), 100, math.NaN(), math.NaN()},
		{"x", "b"}: {named("b"), 50, 49, 51},
		{"y", "a"}: {named("a"), 100, 90, 110},
	}}
	require.Equal(t, "1.250 (1.059…1.467) b", p.ratio("w", "a", ofMedians))
	require.Equal(t, "2.000 b", p.ratio("x", "a", ofMedians))
	require.Empty(t, p.ratio("y", "a", ofMedians), "nothing beside it")
	require.Empty(t, p.ratio("w", "c", ofMedians))
	require.True(t, math.IsNaN(measured(&results.SummaryRow{Runner: "a", Status: results.Void, ThroughputOpS: 5}, "throughput").value))
}

// Trials of different runs have nothing in common, and the other to which the ratio is least counts.
func TestRatioWithinTrialsIsOfOneRun(t *testing.T) {
	row := func(run, runner string) *results.SummaryRow {
		return &results.SummaryRow{RunID: run, Runner: runner, DeviceCount: 1, PowerLimitW: math.NaN()}
	}
	var samples []results.Sample
	for trial := 1; trial <= 6; trial++ {
		for i, of := range []*results.SummaryRow{row("1", "a"), row("1", "b"), row("1", "c"), row("2", "d")} {
			s := results.NewSample()
			s.RunID, s.Runner, s.Trial, s.Status, s.DeviceCount = of.RunID, of.Runner, trial, results.OK, 1
			s.Iterations, s.DurationS = 8, float64(trial)*float64(i+1)
			samples = append(samples, s)
		}
	}
	p := pivot{columns: []string{"a", "b", "c", "d"}, values: map[[2]string]pivotValue{
		{"w", "a"}: {row("1", "a"), 1, 1, 1}, {"w", "b"}: {row("1", "b"), 1, 1, 1}, {"w", "c"}: {row("1", "c"), 9, 9, 9},
		{"x", "a"}: {row("1", "a"), 1, 1, 1}, {"x", "d"}: {row("2", "d"), 1, 1, 1},
	}}
	require.Equal(t, "2.000 (2.000…2.000) b", p.ratio("w", "a", withinTrials(samples, "throughput")))
	require.Empty(t, p.ratio("x", "a", withinTrials(samples, "throughput")))
}
