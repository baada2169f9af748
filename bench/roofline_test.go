package main

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/results"
)

// tinyRoofline is the suite roofline with a thousandth of its work, for plain Go.
const tinyRoofline = `
name = "tiny-roofline"
trials = 1
window_s = 0.02
window_updates = 0
warmup_max_s = 0.02
idle_s = 0.01
idle_max_s = 0.01
idle_updates = 0
max_competing_fraction = 1
[[matmul]]
dtype = "fp32"
n = 64
[[peak]]
dtype = ["fp32", "bf16"]
steps = 16
[[peak]]
dtype = "fp32"
isa = "of-tomorrow"
[[stream]]
kernel = ["read", "copy", "triad"]
bytes = [8192, 2097152]
passes = 8
[[stream]]
kernel = "copy"
bytes = 8192
nt = true
passes = 8
`

// Ceilings are rows like all others: right, with a rate, or unsupported with a reason.
// Work without operations has a bandwidth and no throughput.
func TestCeilingsAreMeasuredAndDrawn(t *testing.T) {
	suite := filepath.Join(t.TempDir(), "tiny.toml")
	require.NoError(t, os.WriteFile(suite, []byte(tinyRoofline), 0o644))
	dir := filepath.Join(t.TempDir(), "run")
	out := joulemark(t, "run", "--suite", suite, "--runner", "cpu", "--isa", "portable", "--out", dir, "--no-figures").ok(t)
	require.Contains(t, out.stdout, "B/s")
	require.Regexp(t, `stream copy 8 KiB  trial 1   \S+ [kMG]?B/s  checked`, out.stderr, "said as in the table while it runs")
	unsupported := map[string]bool{"peak/bf16/steps=16": true, "peak/fp32/isa=of-tomorrow": true}
	rows := results.Summarise(open(t, dir).Samples)
	require.Len(t, rows, 11)
	for _, r := range rows {
		if unsupported[r.Workload] {
			require.Equal(t, results.Unsupported, r.Status, r.Workload)
			continue
		}
		require.Equal(t, results.OK, r.Status, "%s: %s", r.Workload, r.StatusReason)
		require.Positive(t, r.BandwidthBS, r.Workload)
		counted := r.ThroughputOpS > 0
		require.Equal(t, counted, !math.IsNaN(r.ThroughputOpS), "never zero")
		require.Equal(t, counted, r.DType == "fp32" || r.Workload[:12] == "stream/triad", r.Workload)
	}
	joulemark(t, "verify", dir).ok(t)
	joulemark(t, "plot", "--figure", "roofline", "--format", "png", dir).ok(t)
	require.FileExists(t, filepath.Join(dir, "figures", "roofline.png"))
}
