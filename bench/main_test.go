package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"joulemark/results"
)

// The test binary is the program itself when a test starts it so; its workers are
// a plain build of the same source.
func TestMain(m *testing.M) {
	if worker := os.Getenv(workerVariable); worker != "" {
		executable = func() (string, error) { return worker, nil }
		main()
		return
	}
	os.Exit(withWorker(m))
}

const workerVariable = "JOULEMARK_TEST_WORKER"

var workerProgram string

func withWorker(m *testing.M) int {
	dir, err := os.MkdirTemp("", "joulemark")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	workerProgram = filepath.Join(dir, "joulemark")
	if out, err := exec.Command("go", "build", "-o", workerProgram, ".").CombinedOutput(); err != nil {
		panic(string(out))
	}
	executable = func() (string, error) { return workerProgram, nil }
	return m.Run()
}

const smoke = "../workloads/testdata/smoke.toml"

// A result is what a command line came to.
type result struct {
	code           int
	stdout, stderr string
}

// joulemark runs a command line in this process, with a machine lock of the test's own.
func joulemark(t *testing.T, args ...string) result {
	t.Helper()
	return joulemarkCtx(t, context.Background(), args...)
}

func joulemarkCtx(t *testing.T, ctx context.Context, args ...string) result {
	t.Helper()
	if os.Getenv("JOULEMARK_TEST_LOCK") != t.Name() {
		t.Setenv("TMPDIR", t.TempDir())
		t.Setenv("JOULEMARK_TEST_LOCK", t.Name())
	}
	var out, err bytes.Buffer
	code := execute(env{ctx: ctx, stdout: &out, stderr: &err, args: args})
	return result{code, out.String(), err.String()}
}

// program is a command line in a process of its own.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	c := exec.Command(exe, args...)
	c.Env = append(os.Environ(), workerVariable+"="+workerProgram, "TMPDIR="+t.TempDir())
	return c
}

// ok fails the test unless the command exited 0.
func (r result) ok(t *testing.T) result {
	t.Helper()
	require.Equal(t, 0, r.code, "stdout:\n%s\nstderr:\n%s", r.stdout, r.stderr)
	return r
}

// smokeRun measures the smoke suite into a new folder, without figures unless they
// are asked for: under the race detector they take longer than the run.
func smokeRun(t *testing.T, flags ...string) (string, result) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	return dir, joulemark(t, append([]string{"run", "--suite", smoke, "--out", dir, "--no-figures"}, flags...)...)
}

// open reads a run folder that must be readable.
func open(t *testing.T, dir string) *results.Run {
	t.Helper()
	r, err := results.Open(dir)
	require.NoError(t, err)
	return r
}

// verified fails the test unless every number of a folder follows.
func verified(t *testing.T, dir string) {
	t.Helper()
	r := joulemark(t, "verify", dir)
	require.Equal(t, 0, r.code, "%s%s", r.stdout, r.stderr)
}

// waitFor polls until a condition holds; a minute is far more than any needs.
func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(5 * time.Millisecond) {
		require.True(t, time.Now().Before(deadline), "waited for %s in vain", what)
	}
}

// rowsIn is the number of data rows in a CSV file that may not be there yet.
func rowsIn(path string) int {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	return max(0, strings.Count(string(b), "\n")-1)
}

// python is a test program of the runners package as an external runner.
func python(t *testing.T, script string, args ...string) string {
	t.Helper()
	py, err := exec.LookPath("python3")
	if err != nil {
		require.Empty(t, os.Getenv("JOULEMARK_CI"), "python3 is missing where everything must run")
		t.Skip("python3 is not installed: the external runners of the tests need it")
	}
	_, here, _, _ := runtime.Caller(0)
	path := filepath.Join(filepath.Dir(here), "..", "runners", "testdata", script)
	return strings.Join(append([]string{py, path}, args...), " ")
}
