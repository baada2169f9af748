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
}

// The interval is wide where both are: lowest over highest, highest over lowest.
func TestRatioOfAPivotHasTheWorstOfBothIntervals(t *testing.T) {
	p := pivot{columns: []string{"a", "b", "c"}, values: map[[2]string]pivotValue{
		{"w", "a"}: {"a", 100, 90, 110},
		{"w", "b"}: {"b", 80, 75, 85},
		{"w", "c"}: {"c", math.NaN(), 1, 2},
		{"x", "a"}: {"a", 100, math.NaN(), math.NaN()},
		{"x", "b"}: {"b", 50, 49, 51},
		{"y", "a"}: {"a", 100, 90, 110},
	}}
	require.Equal(t, "1.250 (1.059…1.467) b", p.ratio("w", "a"))
	require.Equal(t, "2.000 b", p.ratio("x", "a"))
	require.Empty(t, p.ratio("y", "a"), "nothing beside it")
	require.Empty(t, p.ratio("w", "c"))
	require.True(t, math.IsNaN(measured(results.SummaryRow{Runner: "a", Status: results.Void, ThroughputOpS: 5}, "throughput").value))
}
