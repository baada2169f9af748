package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/results"
)

const tiny = "matmul/fp32/m=8/n=8/k=16"

func TestAnHonestProgramInAnotherLanguageGoesThroughTheWholeHarness(t *testing.T) {
	dir, r := smokeRun(t, "--external", "py="+python(t, "runner.py"), "--runner", "py", "--runner", "cpu", "--trials", "1",
		"--workload", tiny, "--workload", "matmul/int8/m=8/n=8/k=8", "--workload", "matmul/bf16/m=4/n=4/k=8", "--workload", "matmul/fp64/m=4/n=4/k=8")
	r.ok(t)
	run := open(t, dir)
	require.Len(t, run.Samples, 8)
	for _, s := range run.Samples {
		require.Equal(t, results.OK, s.Status, "%s %s: %s", s.Runner, s.Workload, s.StatusReason)
		require.Equal(t, results.True, s.Verified)
	}
	require.NotContains(t, strings.Join(run.Plan.Flags, " "), "runner.py", "no command in the folder")
	verified(t, dir)
}

// Each fault becomes a failed row with a reason, and the run goes on.
func TestAWickedRunnerIsCaughtEachTimeAndTheRunGoesOn(t *testing.T) {
	for mode, want := range map[string]string{
		"wrong_values":   "values wrong",
		"half_work":      "values wrong",
		"truncated_type": "values wrong",
		"double_iters":   "values wrong",
		"nan_token":      "",
		"rubbish":        "no message",
		"wrong_id":       "",
		"kill_run":       "killed",
		"exit_hello":     "libmarvel",
	} {
		t.Run(mode, func(t *testing.T) {
			dir, r := smokeRun(t, "--external", "bad="+python(t, "wicked.py", mode), "--runner", "bad", "--runner", "cpu", "--trials", "1", "--workload", tiny)
			require.Equal(t, exitFailed, r.code, r.stderr)
			for _, s := range open(t, dir).Samples {
				if s.Runner == "cpu" {
					require.Equal(t, results.OK, s.Status, s.StatusReason)
					continue
				}
				require.Equal(t, results.Failed, s.Status)
				require.Contains(t, s.StatusReason, want)
				require.NotEmpty(t, s.StatusReason)
			}
			verified(t, dir)
		})
	}
}

func TestRetryFailedMeasuresOnlyFailedStepsAgain(t *testing.T) {
	dir, r := smokeRun(t, "--external", "x="+python(t, "wicked.py", "wrong_values"), "--runner", "x", "--runner", "cpu", "--trials", "1", "--workload", tiny)
	require.Equal(t, exitFailed, r.code)
	joulemark(t, "run", "--no-figures", "--resume", dir, "--retry-failed", "--external", "x="+python(t, "runner.py")).ok(t)
	for _, s := range open(t, dir).Samples {
		require.Equal(t, results.OK, s.Status, s.StatusReason)
	}
	verified(t, dir)
	without := joulemark(t, "run", "--no-figures", "--resume", dir, "--trials", "2")
	require.Equal(t, exitUsage, without.code)
	require.Contains(t, without.stderr, "--external x=COMMAND")
}

// A program that did not even start when the run was planned is measured once it does.
func TestRetryFindsARunnerThatWasRepaired(t *testing.T) {
	dir, r := smokeRun(t, "--external", "x="+python(t, "wicked.py", "exit_hello"), "--runner", "x", "--runner", "cpu", "--trials", "1", "--workload", tiny)
	require.Equal(t, exitFailed, r.code)
	joulemark(t, "run", "--no-figures", "--resume", dir, "--retry-failed", "--external", "x="+python(t, "runner.py")).ok(t)
	for _, s := range open(t, dir).Samples {
		require.Equal(t, results.OK, s.Status, "%s: %s", s.Runner, s.StatusReason)
	}
	verified(t, dir)
}

func TestAProgramThatIsNotThereIsARowThatSaysSo(t *testing.T) {
	dir, r := smokeRun(t, "--external", "gone=/no/such/program", "--runner", "gone", "--runner", "cpu", "--trials", "1", "--workload", tiny)
	require.Equal(t, 0, r.code, r.stderr)
	for _, s := range open(t, dir).Samples {
		if s.Runner == "gone" {
			require.Equal(t, results.Unavailable, s.Status)
			require.Contains(t, s.StatusReason, "…/program")
		}
	}
}
