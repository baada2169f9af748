package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestListChecksARunnerLineByLine(t *testing.T) {
	right := joulemark(t, "list", "runners", "--check", "mine", "--external", "mine="+skeleton(t)).ok(t)
	require.Contains(t, right.stdout, "ok    hello")
	require.Contains(t, right.stdout, "ok    it ends when stdin does, in mid-window too\n")
	require.Regexp(t, `all \d+ are right\n$`, right.stdout)
	require.NotContains(t, right.stdout, "FAIL")

	wrong := joulemark(t, "list", "runners", "--check", "bad", "--external", "bad="+python(t, "wicked.py", "short_digits"))
	require.Equal(t, exitFailed, wrong.code, wrong.stderr)
	require.Contains(t, wrong.stdout, "FAIL  values are finite and keep their digits")
	require.Contains(t, wrong.stdout, "(PROTOCOL.md section 3)\n")
	require.Regexp(t, `\d+ of \d+ are wrong\n$`, wrong.stdout)
	require.Empty(t, wrong.stderr)
}

func TestListChecksOurOwnWorker(t *testing.T) {
	require.Contains(t, joulemark(t, "list", "--check", "cpu").ok(t).stdout, "ok    matmul in fp32: two iterations")
}

func TestListChecksOnlyWhatItKnows(t *testing.T) {
	r := joulemark(t, "list", "--check", "cpuu")
	require.Equal(t, exitUsage, r.code)
	require.Contains(t, r.stderr, `did you mean "cpu"?`)
}

// skeleton is the command of the runner that a newcomer copies.
func skeleton(t *testing.T) string {
	t.Helper()
	return python(t, filepath.Join("..", "external", "skeleton.py"))
}
