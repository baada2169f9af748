package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/bench/internal/nvml/nvmltest"
	"joulemark/results"
)

const tinyInt8 = "matmul/int8/m=8/n=8/k=8"

// togetherRun measures two tiny steps on cards that work at the same time.
func togetherRun(t *testing.T, cards string, flags ...string) (string, result) {
	t.Helper()
	return smokeRun(t, append([]string{"--external", "cards=" + python(t, "cards.py", cards), "--runner", "cards", "--together", "--trials", "2",
		"--workload", tiny, "--workload", tinyInt8}, flags...)...)
}

// sharedWindow is togetherRun of three cards, again where the machine was so busy that
// a card began late and its rows are rightly void.
func sharedWindow(t *testing.T) (string, result, *results.Run) {
	t.Helper()
	for try := 1; ; try++ {
		dir, r := togetherRun(t, "3")
		r.ok(t)
		run := open(t, dir)
		late := slices.ContainsFunc(run.Samples, func(s results.Sample) bool { return strings.Contains(s.StatusReason, "was without load") })
		if !late || try == 15 {
			return dir, r, run
		}
	}
}

func TestCardsTogetherShareOneWindow(t *testing.T) {
	dir, r, run := sharedWindow(t)
	require.Len(t, run.Samples, 12)
	groups := map[string][]results.Sample{}
	for _, s := range run.Samples {
		require.Equal(t, results.OK, s.Status, s.StatusReason)
		require.Equal(t, 3, s.DeviceCount)
		groups[s.GroupID] = append(groups[s.GroupID], s)
	}
	require.Len(t, groups, 4)
	windows := results.IndexPhases(run.Plan, run.Phases)
	for id, g := range groups {
		require.Len(t, g, 3, id)
		require.ElementsMatch(t, []string{"card:0", "card:1", "card:2"}, []string{g[0].DeviceID, g[1].DeviceID, g[2].DeviceID})
		for _, a := range g {
			for _, b := range g {
				require.Equal(t, a.Workload, b.Workload)
				wa, _, _ := windows.Spans(a.Trial, a.Order)
				wb, _, _ := windows.Spans(b.Trial, b.Order)
				require.Less(t, wa.StartS, wb.EndS, "windows of one group overlap")
			}
		}
	}
	verified(t, dir)
	require.Contains(t, r.stdout, "card:2")
}

// What one card cannot do, none is measured at: a window that is not common would
// look like one that is.
func TestOneCardThatRefusesStopsItsGroup(t *testing.T) {
	dir, r := togetherRun(t, "2 card:1")
	require.Equal(t, exitUsage, r.code, r.stderr)
	for _, s := range open(t, dir).Samples {
		require.Equal(t, results.Unsupported, s.Status)
		require.Contains(t, s.StatusReason, "on card:1 is not supported: take another card")
		if s.DeviceID == "card:0" {
			require.Contains(t, s.StatusReason, "together with card:1")
		}
	}
	verified(t, dir)
}

// A card that is lost in its window costs the group its rows. The lane of the other,
// whose window had ended, goes on as its tail: no phase comes twice.
func TestACardLostInItsWindowLeavesAFolderThatFollows(t *testing.T) {
	dir, r := togetherRun(t, "2 card:1 dies")
	require.Equal(t, exitFailed, r.code, r.stderr)
	for _, s := range open(t, dir).Samples {
		require.Equal(t, results.Failed, s.Status)
		require.Contains(t, s.StatusReason, "ended during run (signal: aborted)")
	}
	verified(t, dir)
}

// A card whose iterations last longer than a chunk of warm-up leaves no gap in the
// load of the others.
func TestASlowCardLeavesTheOthersUnderLoad(t *testing.T) {
	dir, r := togetherRun(t, "2 card:1 slow", "--trials", "1")
	r.ok(t)
	for _, s := range open(t, dir).Samples {
		require.Equal(t, results.OK, s.Status, s.StatusReason)
		if s.DeviceID == "card:1" {
			require.Less(t, s.BusyThreads, 0.3, "it sleeps; what the other's worker took is not its own")
		}
	}
	verified(t, dir)
}

// A window in which another card of the group stood idle is not what it says.
func TestAPauseOfOneCardVoidsTheWindowsOfAll(t *testing.T) {
	dir, r := togetherRun(t, "2 card:1 pauses", "--trials", "1")
	r.ok(t)
	for _, s := range open(t, dir).Samples {
		require.Equal(t, results.Void, s.Status)
		want := "the load paused for 1"
		if s.DeviceID == "card:0" {
			want = "card:1 was without load for 0."
		}
		require.Contains(t, s.StatusReason, want)
	}
	verified(t, dir)
}

// Cards whose sensors need windows of different lengths have one common window, that
// of the slower sensor.
func TestCardsOfTwoGenerationsShareTheLongerWindow(t *testing.T) {
	nvmltest.Use(t, nvmltest.Build(t), "pci=00000000:10:00.0,uuid=GPU-0,cc=8.6,law=constant:100", "pci=00000000:11:00.0,uuid=GPU-1,cc=9.0,law=constant:200")
	dir := filepath.Join(t.TempDir(), "run")
	joulemark(t, "run", "--suite", suiteOfTenUpdates(t), "--out", dir, "--no-figures", "--meter", "nvml", "--together",
		"--external", "cards="+python(t, "cards.py", "2"), "--runner", "cards", "--trials", "1", "--workload", tiny).ok(t)
	for _, s := range open(t, dir).Samples {
		require.Equal(t, results.OK, s.Status, s.StatusReason)
		require.InDelta(t, 2, s.DurationS, 0.2)
	}
	verified(t, dir)
}

func TestTogetherNeedsTwoCards(t *testing.T) {
	_, r := togetherRun(t, "1")
	require.Equal(t, exitUsage, r.code)
	require.Contains(t, r.stderr, "no runner here has two accelerators: leave it out")
}

func TestWithoutTogetherEachCardRunsAlone(t *testing.T) {
	dir, r := smokeRun(t, "--external", "cards="+python(t, "cards.py", "2"), "--runner", "cards", "--trials", "1", "--workload", tiny)
	r.ok(t)
	for _, s := range open(t, dir).Samples {
		require.Equal(t, 1, s.DeviceCount)
		require.Empty(t, s.GroupID)
	}
	verified(t, dir)
}

// A group of which some rows are written and others not is measured again as one.
func TestAKilledGroupIsMeasuredAgainAsAWhole(t *testing.T) {
	dir, r := togetherRun(t, "2")
	r.ok(t)
	path := filepath.Join(dir, "samples.csv")
	rows, err := os.ReadFile(path)
	require.NoError(t, err)
	machine, err := os.ReadFile(filepath.Join(dir, "machine.json"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, lines(rows, 4), 0o600)) // a header and three of eight rows
	require.NoError(t, os.WriteFile(filepath.Join(dir, "machine.json"), replaced(t, machine, `"finished": true`, `"finished": false`), 0o600))
	joulemark(t, "run", "--no-figures", "--resume", dir, "--external", "cards="+python(t, "cards.py", "2")).ok(t)
	run := open(t, dir)
	require.Len(t, run.Samples, 8)
	session := map[string]float64{}
	windows := results.IndexPhases(run.Plan, run.Phases)
	for _, s := range run.Samples {
		w, _, _ := windows.Spans(s.Trial, s.Order)
		if other, seen := session[s.GroupID]; seen {
			require.InDelta(t, other, w.StartS, 1.5, "one group, one time")
		}
		session[s.GroupID] = w.StartS
	}
	verified(t, dir)
}

// lines are the first n lines of a file.
func lines(b []byte, n int) []byte {
	return bytes.Join(bytes.SplitAfter(b, []byte("\n"))[:n], nil)
}

func replaced(t *testing.T, b []byte, from, to string) []byte {
	t.Helper()
	require.Contains(t, string(b), from)
	return bytes.Replace(b, []byte(from), []byte(to), 1)
}
