package main

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"joulemark/bench/power/fixture"
	"joulemark/results"
	"joulemark/runners"
)

func TestSmokeRunOwnsEverythingANewcomerIsPromised(t *testing.T) {
	dir, r := smokeRun(t, "--figures")
	r.ok(t)
	for _, f := range []string{"plan.json", "samples.csv", "energy.csv", "power.csv", "phases.csv", "machine.json", "summary.csv", "datapackage.json",
		"figures/efficiency.png", "figures/efficiency.svg"} {
		require.FileExists(t, filepath.Join(dir, f))
	}
	run := open(t, dir)
	require.True(t, run.Machine.Finished)
	require.Len(t, run.Samples, 6)
	for _, s := range run.Samples {
		require.Equal(t, results.OK, s.Status, s.StatusReason)
		require.Equal(t, results.True, s.Verified)
		require.GreaterOrEqual(t, s.DurationS, 0.2)
		require.True(t, math.IsNaN(s.EnergyJ) || run.Machine.Domains != nil, "no joules without a sensor")
	}
	require.Contains(t, r.stdout, "matmul fp32 64^3")
	require.Contains(t, r.stderr, "  6/6  cpu")
	require.Contains(t, r.stderr, "written")
	for line := range strings.Lines(r.stdout) {
		require.LessOrEqual(t, len([]rune(line)), 101, line)
	}
	verified(t, dir)
}

func TestASecondRunIntoTheSameFolderIsRefused(t *testing.T) {
	dir, r := smokeRun(t, "--trials", "1", "--workload", "matmul/int8/*")
	r.ok(t)
	again := joulemark(t, "run", "--suite", smoke, "--out", dir)
	require.Equal(t, exitUsage, again.code)
	require.Contains(t, again.stderr, "finished run: choose another --out, or --resume it")
	verified(t, dir)
}

func TestDryRunWritesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	r := joulemark(t, "run", "--suite", smoke, "--out", dir, "--dry-run").ok(t)
	require.Contains(t, r.stdout, "matmul/int8/m=96/n=96/k=96")
	require.Contains(t, r.stderr, "nothing was measured")
	require.NoDirExists(t, dir)
}

func TestAWholeWorkloadNameNeedsNoSuite(t *testing.T) {
	dir, r := smokeRun(t, "--trials", "1", "--workload", "matmul/fp64/m=7/n=33/k=5")
	r.ok(t)
	require.Equal(t, "matmul/fp64/m=7/n=33/k=5", open(t, dir).Samples[0].Workload)
}

func TestWorkOfLaterVersionsIsAnUnsupportedRow(t *testing.T) {
	dir, r := smokeRun(t, "--trials", "1", "--workload", "matmul/fp8_e4m3/m=64/n=64/k=64/sparsity=2:4", "--workload", "matmul/int8/*")
	require.Equal(t, 0, r.code, r.stderr)
	statuses := map[string]int{}
	for _, s := range open(t, dir).Samples {
		statuses[s.Status]++
	}
	require.Equal(t, map[string]int{results.OK: 1, results.Unsupported: 1}, statuses)
	require.Contains(t, r.stdout, "unsupported")
	verified(t, dir)
}

func TestNothingMeasurableIsExit2(t *testing.T) {
	dir, r := smokeRun(t, "--trials", "1", "--workload", "layer/gpt2-small/train/fp32/b=1/t=8/c=0")
	require.Equal(t, exitUsage, r.code)
	require.Contains(t, r.stderr, "nothing could be measured")
	require.Equal(t, results.Unsupported, open(t, dir).Samples[0].Status)
	verified(t, dir)
}

func TestAStepTooSlowForTheSuiteSaysSo(t *testing.T) {
	dir, r := smokeRun(t, "--trials", "1", "--runner", "cpu", "--isa", "portable", "--threads", "1", "--workload", "matmul/fp64/m=6000/n=6000/k=6000", "--workload", "matmul/int8/*")
	require.Equal(t, 0, r.code, r.stderr)
	run := open(t, dir)
	require.Len(t, run.Samples, 2)
	for _, s := range run.Samples {
		if s.DType == "int8" {
			require.Equal(t, results.OK, s.Status, s.StatusReason)
			continue
		}
		require.Equal(t, results.Unsupported, s.Status)
		require.Contains(t, s.StatusReason, "one iteration is predicted to take")
	}
}

// intel is an animated two-package server below a root of its own.
func intel(t *testing.T, law func(fixture.Zone) fixture.Law) (string, *fixture.Animation) {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, fixture.Unpack("intel-2s", root))
	ctx, stop := context.WithCancel(context.Background())
	a, err := fixture.Animate(ctx, root, runners.ClockNS, law)
	require.NoError(t, err)
	t.Cleanup(func() { stop(); a.Wait() })
	return root, a
}

func serverLaw(z fixture.Zone) fixture.Law {
	switch z.Name {
	case "package-0":
		return fixture.Constant(150)
	case "package-1":
		return fixture.Constant(170)
	}
	return fixture.Constant(12)
}

// The animation is a process of this busy machine: it may write a counter up to a
// tenth of a second late. The arithmetic itself is held to 0.1 % in results/joules.
func TestATwoPackageServerGivesJoulesGrossAndNetPerDomainMarkedSimulated(t *testing.T) {
	root, _ := intel(t, serverLaw)
	suite := filepath.Join(t.TempDir(), "server.toml")
	require.NoError(t, os.WriteFile(suite, []byte("name = 'server'\ntrials = 2\nwindow_s = 2\nwarmup_max_s = 0.1\nidle_s = 1\nidle_max_s = 1\nmax_competing_fraction = 1\n[[matmul]]\ndtype = 'fp32'\nn = 64\n"), 0o644))
	dir := filepath.Join(t.TempDir(), "run")
	r := joulemark(t, "run", "--suite", suite, "--out", dir, "--sensor-root", root).ok(t)
	run := open(t, dir)
	require.True(t, run.Machine.Simulated)
	require.Len(t, run.Energy, 2*4)
	for _, s := range run.Samples {
		require.Equal(t, results.True, s.Simulated)
		require.Equal(t, "rapl:package-0+rapl:package-1+rapl:dram-0+rapl:dram-1", s.EnergyDomain)
		require.Equal(t, "component", s.EnergyScopeClass)
		require.InDelta(t, 344*s.DurationS, s.EnergyJ, 0.2*344+s.EnergyUncertaintyJ)
		require.InDelta(t, 344, s.IdlePowerW, 0.2*344)
		require.InDelta(t, 344, s.StandbyPowerW, 0.2*344)
	}
	require.Contains(t, r.stdout, "SIMULATED")
	require.Contains(t, r.stderr, "recorder")
	require.FileExists(t, filepath.Join(dir, "figures", "power.png"))
	verified(t, dir)
}

func TestAFailingSensorLosesItsJoulesAndNotTheRun(t *testing.T) {
	zone := "sys/class/powercap/intel-rapl:0/energy_uj"
	for name, break_ := range map[string]func(path string) error{
		"vanishes":       os.Remove,
		"stands still":   func(path string) error { return os.WriteFile(path, []byte("240422366267\n"), 0o400) },
		"runs backwards": func(path string) error { return os.WriteFile(path, []byte("1000\n"), 0o400) },
		"is rubbish":     func(path string) error { return os.WriteFile(path, []byte("n/a\n"), 0o400) },
	} {
		t.Run(name, func(t *testing.T) {
			root, _ := intel(t, func(z fixture.Zone) fixture.Law {
				if z.Name == "package-0" {
					return nil // moved by this test alone
				}
				return fixture.Constant(100)
			})
			stop := moveThenBreak(t, filepath.Join(root, zone), break_)
			dir, r := smokeRun(t, "--sensor-root", root)
			stop()
			r.ok(t)
			run := open(t, dir)
			require.Len(t, run.Samples, 6)
			last := run.Samples[5]
			require.Equal(t, results.OK, last.Status)
			require.True(t, math.IsNaN(last.EnergyJ), "joules of a broken sensor: %g", last.EnergyJ)
			require.Contains(t, last.StatusReason, "rapl:package-0")
			verified(t, dir)
		})
	}
}

// moveThenBreak lets a counter rise for a second and then breaks its file.
func moveThenBreak(t *testing.T, path string, break_ func(string) error) (stop func()) {
	t.Helper()
	done, quit := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for uj := int64(240422366267); ; uj += 500_000 {
			select {
			case <-quit:
				return
			case <-time.After(5 * time.Millisecond):
			}
			if uj > 240422366267+200*500_000 {
				if break_(path) != nil {
					return
				}
				<-quit
				return
			}
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				return
			}
			b, _ := json.Marshal(uj)
			f.WriteAt(append(b, '\n'), 0)
			f.Close()
		}
	}()
	return func() { close(quit); <-done }
}

func TestTwoRunsAtOnceAreRefusedUnlessTheyShare(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "first")
	c := program(t, "run", "--no-figures", "--suite", smoke, "--out", dir, "--trials", "30")
	require.NoError(t, c.Start())
	defer func() { c.Process.Kill(); c.Wait() }()
	waitFor(t, "the first row", func() bool { return rowsIn(filepath.Join(dir, "samples.csv")) >= 1 })
	for _, e := range c.Env {
		if tmp, ok := strings.CutPrefix(e, "TMPDIR="); ok {
			t.Setenv("TMPDIR", tmp)
		}
	}
	t.Setenv("JOULEMARK_TEST_LOCK", t.Name())
	second, r := smokeRun(t, "--trials", "1")
	require.Equal(t, exitUsage, r.code)
	require.Contains(t, r.stderr, "another run is measuring")
	require.NoDirExists(t, second)
	resumed := joulemark(t, "run", "--no-figures", "--resume", dir, "--share-machine")
	require.Equal(t, exitUsage, resumed.code, "the folder is locked too")
	shared, r := smokeRun(t, "--trials", "1", "--workload", "matmul/int8/*", "--share-machine")
	r.ok(t)
	require.Equal(t, results.Void, open(t, shared).Samples[0].Status)
	require.Contains(t, r.stdout, "void")
}
