package results_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"joulemark/results"
	"joulemark/results/resultstest"

	"github.com/stretchr/testify/require"
)

// made is a run folder made for a test.
func made(t *testing.T, o resultstest.Options) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	require.NoError(t, resultstest.MakeRun(dir, o))
	return dir
}

func open(t *testing.T, dir string) *results.Run {
	t.Helper()
	run, err := results.Open(dir)
	require.NoError(t, err)
	return run
}

func create(dir string) (*results.Folder, error) {
	return results.Create(dir, &results.Plan{SchemaVersion: results.SchemaVersion, RunID: "r"}, &results.Machine{SchemaVersion: results.SchemaVersion, RunID: "r"})
}

func TestCreateRefuses(t *testing.T) {
	finished, stopped := made(t, resultstest.Options{Trials: 1}), made(t, resultstest.Options{Rows: 1})
	strange := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(strange, "thesis.tex"), nil, 0o644))
	file := filepath.Join(strange, "thesis.tex")
	for dir, want := range map[string]string{
		finished:                    finished + " holds a finished run: choose another --out, or --resume it",
		stopped:                     stopped + " holds an unfinished run: go on with --resume " + stopped + ", or choose another --out",
		strange:                     strange + " is not empty and holds no run: choose another --out",
		file:                        "cannot make " + file + ": not a directory: choose another --out, or make " + strange + " writable",
		filepath.Join(file, "deep"): "cannot make " + file + "/deep: not a directory: choose another --out, or make " + file + " writable",
		"/proc/joulemark/run":       "cannot make /proc/joulemark/run: /proc/joulemark: no such file or directory: choose another --out, or make it writable",
	} {
		_, err := create(dir)
		require.EqualError(t, err, want)
	}
	require.Len(t, must(os.ReadDir(strange))(t), 1, "nothing is left behind")
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T { t.Helper(); require.NoError(t, err); return v }
}

func TestCreateMakesParents(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "results", "runs", "x")
	f, err := create(dir)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	for _, name := range []string{"plan.json", "machine.json", "samples.csv", "energy.csv", "power.csv", "phases.csv"} {
		require.FileExists(t, filepath.Join(dir, name))
	}
}

// One process at a time; the lock goes with its holder and leaves no file.
func TestLock(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	f, err := create(dir)
	require.NoError(t, err)
	_, _, err = results.Resume(dir)
	require.ErrorIs(t, err, results.ErrLocked)
	require.EqualError(t, err, dir+" is in use by another run: wait for it to end, or choose another --out")
	_, err = results.Open(dir)
	require.NoError(t, err, "reading needs no lock")
	require.NoError(t, f.Close())
	f, _, err = results.Resume(dir)
	require.NoError(t, err)
	require.NoError(t, f.Close())
}

// Rows that several goroutines add stand whole, each on its line.
func TestRowsFromGoroutines(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	f, err := create(dir)
	require.NoError(t, err)
	done := make(chan error)
	for g := range 8 {
		go func() {
			var err error
			for i := range 50 {
				row := results.PowerRow{RunID: "r", Domain: "d", TimeS: float64(g*100 + i), PowerW: 1, Status: "ok"}
				if err == nil {
					err = f.AddPower([]results.PowerRow{row, row})
				}
			}
			done <- err
		}()
	}
	for range 8 {
		require.NoError(t, <-done)
	}
	require.NoError(t, f.Close())
	require.Len(t, open(t, dir).Points["d"], 800)
}

func TestOpenRefuses(t *testing.T) {
	empty := t.TempDir()
	for dir, want := range map[string]string{
		filepath.Join(empty, "nothing"): filepath.Join(empty, "nothing") + ": no such file or directory: name a folder that joulemark run made",
		empty:                           empty + " is not a run folder: it has no plan.json; name a folder that joulemark run made",
	} {
		_, err := results.Open(dir)
		require.EqualError(t, err, want)
	}
	for name, c := range map[string]struct{ file, from, to, want string }{
		"newer plan":    {"plan.json", `"schema_version": "1.1"`, `"schema_version": "2.0"`, "plan.json: schema_version 2.0 is written by a newer joulemark, this one reads 1.x: update joulemark"},
		"newer machine": {"machine.json", `"schema_version": "1.1"`, `"schema_version": "10.3"`, "machine.json: schema_version 10.3 is written by a newer joulemark, this one reads 1.x: update joulemark"},
		"newer row":     {"samples.csv", "\n1.1,", "\n2.1,", "samples.csv row 2, schema_version: schema_version 2.1 is written by a newer joulemark, this one reads 1.x: update joulemark"},
		"no version":    {"plan.json", `"schema_version": "1.1"`, `"schema_version": "x"`, `plan.json: schema_version "x" is no version like "1.1": restore the file`},
		"broken plan":   {"plan.json", "{", "", "plan.json is no JSON document (invalid character ':' after top-level value): restore it from a copy"},
		"wrong type":    {"plan.json", `"trials": 1`, `"trials": "one"`, "plan.json does not fit its schema (json: cannot unmarshal string into Go struct field Plan.trials of type int): restore it from a copy"},
		"bad cell":      {"samples.csv", ",0.31,ok,", ",lots,ok,", `samples.csv row 2, error_ratio: "lots" is not a finite decimal number (an unknown one is an empty cell)`},
	} {
		t.Run(name, func(t *testing.T) {
			dir := made(t, resultstest.Options{Trials: 1})
			replaceOnce(t, filepath.Join(dir, c.file), c.from, c.to)
			_, err := results.Open(dir)
			require.Error(t, err)
			require.Equal(t, c.want, strings.TrimPrefix(err.Error(), dir+"/"))
			_, err = results.Verify(dir)
			require.Error(t, err, "what cannot be read cannot be verified")
		})
	}
	// A higher minor of the same major is read.
	dir := made(t, resultstest.Options{Trials: 1})
	replaceOnce(t, filepath.Join(dir, "plan.json"), `"schema_version": "1.1"`, `"schema_version": "1.7"`)
	_, err := results.Open(dir)
	require.NoError(t, err)
}

func replaceOnce(t *testing.T, path, from, to string) {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(b), from)
	require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(b), from, to, 1)), 0o644))
}
