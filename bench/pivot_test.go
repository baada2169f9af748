package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/results"
	"joulemark/results/resultstest"
)

// twoRunners is a run of a fast and a slow library on one CPU, of which the fast one
// cannot do everything.
func twoRunners(t *testing.T) string {
	t.Helper()
	slow := resultstest.CPU()[0]
	fast := slow
	fast.Runner = "onednn"
	dir := filepath.Join(t.TempDir(), "run")
	require.NoError(t, resultstest.MakeRun(dir, resultstest.Options{Devices: []results.PlanDevice{slow, fast},
		Rate: func(d results.PlanDevice, _ string) float64 {
			return map[string]float64{"cpu": 20e9, "onednn": 400e9}[d.Runner]
		},
		Outcome: func(d results.PlanDevice, w string, _ int) (string, string) {
			if d.Runner == "onednn" && strings.HasPrefix(w, "layer") {
				return results.Unsupported, "layers are not supported: choose a matmul"
			}
			return results.OK, ""
		}}))
	return dir
}

func TestShowByRunnerSetsLibrariesSideBySide(t *testing.T) {
	dir := twoRunners(t)
	r := joulemark(t, "show", "--by", "runner", dir).ok(t)
	rows := strings.Split(strings.TrimSpace(r.stdout), "\n")
	require.Len(t, rows, 4)
	require.Equal(t, []string{"workload", "cpu", "onednn"}, strings.Fields(rows[0]))
	require.Contains(t, rows[1]+rows[2]+rows[3], "20.0 GFLOP/s")
	require.Contains(t, rows[1]+rows[2]+rows[3], "400 GFLOP/s")
	require.Contains(t, r.stdout, "unsupported")
	md := joulemark(t, "show", "--by", "runner", "--metric", "efficiency", "--format", "markdown", dir).ok(t)
	require.Contains(t, md.stdout, "| workload | cpu | onednn |")
	require.Contains(t, md.stdout, "joules: measured component")
}

func TestShowByRunnerRefusesWhatCannotStandSideBySide(t *testing.T) {
	dir := twoRunners(t)
	require.Contains(t, joulemark(t, "show", "--by", "runner", "--format", "csv", dir).stderr, "leave it out")
	other := filepath.Join(t.TempDir(), "other")
	require.NoError(t, resultstest.MakeRun(other, resultstest.Options{RunID: "20261123T101500Z-other-zzzz"}))
	require.Contains(t, joulemark(t, "show", "--by", "runner", dir, other).stderr, "stands in the runs twice")
	card := filepath.Join(t.TempDir(), "card")
	require.NoError(t, resultstest.MakeRun(card, resultstest.Options{Devices: append(resultstest.CPU(), resultstest.Card()), Sensors: append(resultstest.TwoPackages(), resultstest.GPUBoard())}))
	joulemark(t, "show", "--by", "runner", "--metric", "efficiency", card).ok(t) // both of component scope
}
