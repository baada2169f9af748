package main

import (
	"bytes"
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
	unfinish(t, dir, func(m map[string]any) {
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
	unfinish(t, dir, func(m map[string]any) { m["machine_id"] = "0000000000000000" })
	again := joulemark(t, "run", "--no-figures", "--resume", dir, "--trials", "2")
	require.Equal(t, exitUsage, again.code)
	require.Contains(t, again.stderr, "another machine")
}

// unfinish edits machine.json of a run so that it looks stopped: a finished one
// that was edited is refused.
func unfinish(t *testing.T, dir string, edit func(map[string]any)) {
	t.Helper()
	require.NoError(t, os.Remove(filepath.Join(dir, "datapackage.json")))
	editJSON(t, filepath.Join(dir, "machine.json"), func(m map[string]any) {
		m["finished"] = false
		edit(m)
	})
}

func TestResumingDoesNotHideAnEdit(t *testing.T) {
	dir, r := smokeRun(t, "--trials", "1", "--workload", "matmul/int8/*", "--seed", "0", "--isa", "portable")
	r.ok(t)
	require.Zero(t, open(t, dir).Plan.Seed, "0 is a seed like any other")
	path := filepath.Join(dir, "samples.csv")
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, bytes.Replace(b, []byte("portable"), []byte("magical"), 1), 0o644))
	for _, more := range [][]string{nil, {"--trials", "2"}, {"--retry-failed"}} {
		again := joulemark(t, append([]string{"run", "--no-figures", "--resume", dir}, more...)...)
		require.Equal(t, exitUsage, again.code)
		require.Contains(t, again.stderr, "does not verify")
	}
	require.Equal(t, exitFailed, joulemark(t, "verify", dir).code)
}

func TestAPlanCannotBeChangedByResuming(t *testing.T) {
	dir, r := smokeRun(t, "--trials", "1", "--workload", "matmul/int8/*")
	r.ok(t)
	for _, flag := range []string{"--seed=5", "--suite=quick", "--threads=7", "--workload=x", "--device=y", "--label=a=b"} {
		again := joulemark(t, "run", "--resume", dir, flag)
		require.Equal(t, exitUsage, again.code, flag)
		require.Contains(t, again.stderr, "is fixed by the plan")
	}
	require.Contains(t, joulemark(t, "run", "--resume", "").stderr, "--resume is empty")
	require.Contains(t, joulemark(t, "run", "--out=").stderr, "--out is empty")
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

// A library that is loaded with other threads, or another library, is another
// measurement; and a run that is refused is left as it was.
func TestARunGoesOnWithItsThreadsAndItsLibrary(t *testing.T) {
	venv := filepath.Join(partsFolder(t), "venv")
	t.Setenv("VIRTUAL_ENV", venv)
	dir, r := smokeRun(t, "--trials", "1", "--workload", "matmul/fp32/m=256/n=256/k=256", "--runner", "blas", "--threads", "1")
	r.ok(t)
	other, err := filepath.Glob(filepath.Join(venv, "lib", "libdnnl.so.3"))
	require.NoError(t, err)
	require.NotEmpty(t, other)
	refused := joulemark(t, "run", "--no-figures", "--resume", dir, "--trials", "2", "--lib", "blas="+other[0])
	require.Equal(t, exitUsage, refused.code, refused.stderr)
	verified(t, dir)
	joulemark(t, "run", "--no-figures", "--resume", dir, "--trials", "2").ok(t)
	for _, s := range open(t, dir).Samples {
		require.Equal(t, 1, s.Threads, s.StatusReason)
	}
}
