//go:build unix

package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A file size limit stands for a full disk: the write that does not fit ends the
// run with the file's name, and everything before it is kept and whole.
func TestFullDiskIsSaidAtOnceAndLosesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	root, _ := intel(t, serverLaw)
	inner := program(t, "run", "--no-figures", "--suite", smoke, "--out", dir, "--trials", "8", "--sensor-root", root, "--workload", "matmul/*")
	c := exec.Command("sh", append([]string{"-c", `ulimit -f 32 && exec "$@"`, "sh", inner.Path}, inner.Args[1:]...)...)
	c.Env = inner.Env
	out, _ := c.CombinedOutput()
	require.Equal(t, exitUsage, c.ProcessState.ExitCode(), "%s", out)
	require.Contains(t, string(out), ".csv")
	require.Contains(t, string(out), "room")
	require.NotContains(t, string(out), "goroutine")
	run := open(t, dir)
	require.NotEmpty(t, run.Samples)
	for _, note := range run.Notes {
		require.NotContains(t, note, "incomplete", "the line that did not fit is cut")
	}
	require.NotContains(t, strings.Join(run.Notes, " "), "missing")
	r := joulemark(t, "verify", dir)
	require.Equal(t, 0, r.code, r.stdout)
}
