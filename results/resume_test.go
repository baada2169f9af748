package results_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"joulemark/results"
	"joulemark/results/resultstest"

	"github.com/stretchr/testify/require"
)

// A machine may stop at any byte. Whatever is cut from the end of a file that is
// written after the ones it stands on, the folder stays readable, verify has
// notes alone, and after Resume every file is whole and nothing counts twice.
func TestStoppedAtAnyByte(t *testing.T) {
	whole := made(t, resultstest.Options{Rows: 4, Killed: true, Trials: 2})
	for _, name := range []string{"samples.csv", "energy.csv", "power.csv", "phases.csv"} {
		content := must(os.ReadFile(filepath.Join(whole, name)))(t)
		for _, keep := range cuts(content) {
			t.Run(fmt.Sprintf("%s/%d", name, keep), func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "run")
				require.NoError(t, os.CopyFS(dir, os.DirFS(whole)))
				require.NoError(t, os.Truncate(filepath.Join(dir, name), int64(keep)))
				dropDependents(t, dir, name)
				onlyNotes(t, dir)

				f, run, err := results.Resume(dir)
				require.NoError(t, err)
				require.NoError(t, f.AddSample(results.NewSample()), "rows can be added")
				require.NoError(t, f.Close())
				for _, file := range []string{"samples.csv", "energy.csv", "power.csv", "phases.csv"} {
					require.True(t, bytes.HasSuffix(must(os.ReadFile(filepath.Join(dir, file)))(t), []byte("\n")), file)
				}
				again := open(t, dir)
				require.Len(t, again.Samples, len(run.Samples)+1)
				require.ElementsMatch(t, again.Energy, run.Energy)
				for _, e := range run.Energy {
					require.True(t, hasSample(run, e.Trial, e.Order), "energy of a step that will be measured again is dropped")
				}
				for _, p := range run.Phases {
					require.True(t, p.Order == 0 || hasSample(run, p.Trial, p.Order))
				}
			})
		}
	}
}

// cuts are places at which to cut: in the header, at and around line ends, and
// in the middle of the last lines.
func cuts(content []byte) []int {
	last := bytes.LastIndexByte(content[:len(content)-1], '\n')
	return []int{0, 5, bytes.IndexByte(content, '\n'), bytes.IndexByte(content, '\n') + 1, last - 1, last, last + 1, last + 2, (last + len(content)) / 2, len(content) - 1, len(content)}
}

// dropDependents removes the files that a real run writes after this one, since
// they cannot be ahead of it: phases and readings before energy before samples.
func dropDependents(t *testing.T, dir, name string) {
	t.Helper()
	after := map[string][]string{"energy.csv": {"samples.csv"}, "power.csv": {"samples.csv", "energy.csv"}, "phases.csv": {"samples.csv", "energy.csv"}}
	for _, file := range after[name] {
		b := must(os.ReadFile(filepath.Join(dir, file)))(t)
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), b[:bytes.IndexByte(b, '\n')+1], 0o644))
	}
}

func hasSample(run *results.Run, trial, order int) bool {
	for _, s := range run.Samples {
		if s.Trial == trial && s.Order == order {
			return true
		}
	}
	return false
}

func onlyNotes(t *testing.T, dir string) {
	t.Helper()
	findings, err := results.Verify(dir)
	require.NoError(t, err)
	require.NotEmpty(t, findings)
	for _, f := range findings {
		require.True(t, f.Note, f.String())
	}
}

// The same cut in a finished run is a finding with its place.
func TestCutFinishedRun(t *testing.T) {
	dir := made(t, resultstest.Options{Trials: 1})
	path := filepath.Join(dir, "samples.csv")
	require.NoError(t, os.Truncate(path, must(os.Stat(path))(t).Size()-3))
	findings, err := results.Verify(dir)
	require.NoError(t, err)
	require.Equal(t, "samples.csv row 4: the line is incomplete", findings[0].String())
	require.False(t, findings[0].Note)
}

func TestResume(t *testing.T) {
	dir := made(t, resultstest.Options{Rows: 4, Trials: 2})
	f, run, err := results.Resume(dir)
	require.NoError(t, err)
	defer f.Close()
	require.NoFileExists(t, filepath.Join(dir, "summary.csv"), "derived files are made new")
	require.NoFileExists(t, filepath.Join(dir, "datapackage.json"))
	require.NoError(t, run.SameMachine(run.Machine.MachineID))
	require.EqualError(t, run.SameMachine("other"),
		dir+" was measured on another machine (6f1c0b5e8a2d4793, this is other): resume it there, or start a new run with --out")
	require.NoError(t, f.Finish())
	require.FileExists(t, filepath.Join(dir, "summary.csv"))
	onlyNotes(t, dir)

	_, _, err = results.Resume(filepath.Join(dir, "nothing"))
	require.ErrorContains(t, err, "no such file or directory: name the folder of the run to go on with")
}

func TestDropSamples(t *testing.T) {
	dir := made(t, resultstest.Options{Rows: 5, Trials: 2, Outcome: func(_ results.PlanDevice, w string, _ int) (string, string) {
		if w == resultstest.Workloads()[1] {
			return results.Failed, "it broke"
		}
		return results.OK, ""
	}})
	f, run, err := results.Resume(dir)
	require.NoError(t, err)
	require.NoError(t, f.DropSamples(run, func(s results.Sample) bool { return s.Status == results.Failed }))
	require.NoError(t, f.Close())
	require.Len(t, open(t, dir).Samples, 3)
	require.False(t, hasSample(run, 1, 2))
}
