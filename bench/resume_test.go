package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestResumeSaysWhenNothingIsMissingAndExtends(t *testing.T) {
	dir, r := smokeRun(t, "--trials", "1", "--workload", "matmul/*")
	r.ok(t)
	nothing := joulemark(t, "run", "--no-figures", "--resume", dir).ok(t)
	require.Contains(t, nothing.stderr, "nothing to do")
	verified(t, dir)
	joulemark(t, "run", "--no-figures", "--resume", dir, "--trials", "2").ok(t)
	run := open(t, dir)
	require.Len(t, run.Samples, 4)
	require.Len(t, run.Machine.Sessions, 2)
	verified(t, dir)
}

func TestInterruptedRunIsValidAndCanBeCompleted(t *testing.T) {
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		dir := filepath.Join(t.TempDir(), "run")
		c := program(t, "run", "--no-figures", "--suite", smoke, "--out", dir, "--trials", "4")
		require.NoError(t, c.Start())
		waitFor(t, "two rows", func() bool { return rowsIn(filepath.Join(dir, "samples.csv")) >= 2 })
		require.NoError(t, c.Process.Signal(sig))
		_ = c.Wait()
		require.Equal(t, exitInterrupted, c.ProcessState.ExitCode())
		verified(t, dir)
		joulemark(t, "run", "--no-figures", "--resume", dir).ok(t)
		require.Len(t, open(t, dir).Samples, 12)
		verified(t, dir)
	}
}

func TestKilledRunIsValidAndCanBeCompleted(t *testing.T) {
	root, _ := intel(t, serverLaw)
	dir := filepath.Join(t.TempDir(), "run")
	c := program(t, "run", "--no-figures", "--suite", smoke, "--out", dir, "--trials", "3", "--sensor-root", root)
	require.NoError(t, c.Start())
	waitFor(t, "four rows", func() bool { return rowsIn(filepath.Join(dir, "samples.csv")) >= 4 })
	require.NoError(t, c.Process.Kill())
	_ = c.Wait()
	half := joulemark(t, "verify", dir)
	require.Equal(t, 0, half.code, half.stdout)
	require.Contains(t, half.stdout, "step", "an unfinished run is told as such")
	joulemark(t, "run", "--no-figures", "--resume", dir, "--sensor-root", root).ok(t)
	run := open(t, dir)
	require.Len(t, run.Samples, 9)
	require.Len(t, run.Machine.Sessions, 2)
	verified(t, dir)
}

// A trial that is stopped before its first row has two idle phases afterwards.
func TestKilledInIdleIsValidAndCanBeCompleted(t *testing.T) {
	root, _ := intel(t, serverLaw)
	dir := filepath.Join(t.TempDir(), "run")
	c := program(t, "run", "--no-figures", "--suite", smoke, "--out", dir, "--trials", "1", "--sensor-root", root)
	require.NoError(t, c.Start())
	waitFor(t, "the idle phase", func() bool { return rowsIn(filepath.Join(dir, "phases.csv")) >= 1 })
	require.NoError(t, c.Process.Kill())
	_ = c.Wait()
	require.Equal(t, 0, joulemark(t, "verify", dir).code)
	joulemark(t, "run", "--no-figures", "--resume", dir, "--sensor-root", root).ok(t)
	require.Len(t, open(t, dir).Samples, 3)
	verified(t, dir)
}

// After a reboot CLOCK_MONOTONIC starts again: the first session's origin lies far
// beyond what this boot's clock shows.
func TestResumeAfterAReboot(t *testing.T) {
	root, _ := intel(t, serverLaw)
	dir, r := smokeRun(t, "--trials", "1", "--sensor-root", root)
	r.ok(t)
	editJSON(t, filepath.Join(dir, "machine.json"), func(m map[string]any) {
		m["monotonic_origin_s"] = 9e6
		s := m["sessions"].([]any)[0].(map[string]any)
		s["monotonic_origin_s"], s["boot_id"] = 9e6, "another boot"
	})
	joulemark(t, "run", "--no-figures", "--resume", dir, "--trials", "2", "--sensor-root", root).ok(t)
	run := open(t, dir)
	require.Len(t, run.Samples, 6)
	require.Greater(t, run.Machine.Sessions[1].StartS, run.Phases[0].EndS)
	require.Less(t, run.Machine.Sessions[1].OriginS, 9e6)
	for _, s := range run.Samples {
		require.False(t, math.IsNaN(s.EnergyJ), s.StatusReason)
	}
	verified(t, dir)
}

func TestResumeOnAnotherMachineIsRefused(t *testing.T) {
	dir, r := smokeRun(t, "--trials", "1", "--workload", "matmul/int8/*")
	r.ok(t)
	editJSON(t, filepath.Join(dir, "machine.json"), func(m map[string]any) { m["machine_id"] = "0000000000000000" })
	again := joulemark(t, "run", "--no-figures", "--resume", dir, "--trials", "2")
	require.Equal(t, exitUsage, again.code)
	require.Contains(t, again.stderr, "another machine")
}

func editJSON(t *testing.T, path string, edit func(map[string]any)) {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	var m map[string]any
	require.NoError(t, json.Unmarshal(b, &m))
	edit(m)
	b, err = json.MarshalIndent(m, "", "  ")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, b, 0o644))
}
