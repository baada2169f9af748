package results_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"joulemark/results"
	"joulemark/results/joules"
	"joulemark/results/resultstest"

	"github.com/stretchr/testify/require"
)

// table reads and writes a CSV of a folder without the code that is tested.
func readCells(t *testing.T, dir, name string) [][]string {
	t.Helper()
	f := must(os.Open(filepath.Join(dir, name)))(t)
	defer f.Close()
	return must(csv.NewReader(f).ReadAll())(t)
}

func writeCells(t *testing.T, dir, name string, cells [][]string) {
	t.Helper()
	f := must(os.Create(filepath.Join(dir, name)))(t)
	defer f.Close()
	require.NoError(t, csv.NewWriter(f).WriteAll(cells))
}

// edited is another value of the same kind.
func edited(column, cell string) string {
	switch {
	case strings.HasSuffix(column, "_at"):
		return "2020-01-01T00:00:00Z"
	case cell == "true":
		return "false"
	case cell == "false":
		return "true"
	case column == "threads" || column == "device_count" || column == "trial" || column == "order" || column == "workload_version" || column == "trials" || column == "void" || column == "failed" || column == "energy_trials" || column == "seed":
		n, _ := strconv.Atoi(cell)
		return strconv.Itoa(n + 40)
	}
	if v, err := strconv.ParseFloat(cell, 64); err == nil {
		return strconv.FormatFloat(v*1.0001+1e-6, 'g', -1, 64)
	}
	if cell == "" && (strings.HasSuffix(column, "_j") || strings.HasSuffix(column, "_w") || strings.HasSuffix(column, "_s")) {
		return "7"
	}
	return "x" + cell
}

// Columns that no other file of the folder says anything of; the hash alone guards them.
var notDerived = map[string][]string{
	"samples.csv": {"kernel", "threads", "power_limit_w", "steady", "throttled", "temperature_start_c",
		"temperature_end_c", "competing_cpu_fraction", "memory_bytes", "busy_threads", "compile_s", "clock_hz", "clock_events", "status_reason"},
	"power.csv": {"read_s"},
}

// Every cell that follows from others is guarded: change any column of any file
// and verify names the file, the row and the column.
func TestVerifyFindsEveryEdit(t *testing.T) {
	whole := made(t, resultstest.Options{Trials: 6, Noise: 0.01, Devices: append(resultstest.CPU(), resultstest.Card()),
		Sensors: append(resultstest.TwoPackages(), resultstest.GPUBoard()), Workloads: resultstest.Workloads()[:1]})
	for file, row := range map[string]int{"samples.csv": 4, "energy.csv": 9, "phases.csv": 12, "summary.csv": 1} {
		cells := readCells(t, whole, file)
		for col, name := range cells[0] {
			if slices.Contains(notDerived[file], name) || name == "schema_version" {
				continue
			}
			t.Run(file+"/"+name, func(t *testing.T) {
				findings := verifyEdited(t, whole, file, row, col)
				require.NotEmpty(t, findings)
				if name == "trial" || name == "order" || name == "phase" || name == "iterations" || name == "error_ratio" {
					return // these move the whole row, or show in what is derived from them
				}
				for _, f := range findings {
					if f.File == file && (f.Row == row+1 && (f.Column == name || name == "domain") || file == "phases.csv" && f.Row == row+2) {
						require.False(t, f.Note)
						return
					}
				}
				require.Failf(t, "not named", "%s row %d, %s: %v", file, row+1, name, findings)
			})
		}
	}
	for file, columns := range notDerived {
		for _, name := range columns {
			cells := readCells(t, whole, file)
			findings := verifyEdited(t, whole, file, 1, slices.Index(cells[0], name))
			require.Equal(t, "datapackage.json, "+file+": the file is not the one that was written: its hash differs", findings[len(findings)-1].String(), name)
		}
	}
}

func verifyEdited(t *testing.T, whole, file string, row, col int) []results.Finding {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	require.NoError(t, os.CopyFS(dir, os.DirFS(whole)))
	cells := readCells(t, dir, file)
	cells[row][col] = edited(cells[0][col], cells[row][col])
	writeCells(t, dir, file, cells)
	findings, err := results.Verify(dir)
	require.NoError(t, err)
	return findings
}

// A reading is guarded by every joule that it takes part in.
func TestVerifyFindsEditedReadings(t *testing.T) {
	whole := made(t, resultstest.Options{Trials: 1, Workloads: resultstest.Workloads()[:1], Sensors: []resultstest.Sensor{
		resultstest.Counter("package-0", joules.Package, "cpu:0", 30, 150)}})
	cells := readCells(t, whole, "power.csv")
	phases := readCells(t, whole, "phases.csv")
	var windowEnd string
	for _, p := range phases {
		if p[3] == "window" {
			windowEnd = p[5]
		}
	}
	row := slices.IndexFunc(cells, func(c []string) bool { return c[2] == windowEnd })
	require.Positive(t, row, "a reading stands at the window's end")
	for col, name := range cells[0] {
		if name == "read_s" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			findings := verifyEdited(t, whole, "power.csv", row, col)
			require.NotEqual(t, "datapackage.json", findings[0].File, "not by the hash alone: %v", findings)
		})
	}
}

// What is said is what helps: each fault of a folder and its sentence.
func TestVerifyFindings(t *testing.T) {
	edit := func(file, column string, row int, cell string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			cells := readCells(t, dir, file)
			cells[row-1][slices.Index(cells[0], column)] = cell
			writeCells(t, dir, file, cells)
		}
	}
	double := func(file string, row int) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			cells := readCells(t, dir, file)
			writeCells(t, dir, file, append(cells, cells[row-1]))
		}
	}
	drop := func(file string, row int) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			writeCells(t, dir, file, slices.Delete(readCells(t, dir, file), row-1, row))
		}
	}
	for name, c := range map[string]struct {
		spoil func(*testing.T, string)
		want  string
	}{
		"joules":            {edit("samples.csv", "energy_j", 2, "412.7"), "samples.csv row 2, energy_j: 412.7 stands there, 618.38939"},
		"emptied joules":    {edit("samples.csv", "energy_j", 2, ""), "samples.csv row 2, energy_j: nothing stands there, 618.38939"},
		"duration":          {edit("samples.csv", "duration_s", 3, "1"), "samples.csv row 3, duration_s: 1 stands there, 1.9756849560000003 follows from phases.csv (tolerance 2e-09)"},
		"ops":               {edit("samples.csv", "ops", 2, "1"), "samples.csv row 2, ops: 1 stands there, 2.147483648e+09 follows from plan.json (tolerance 2)"},
		"renamed":           {edit("samples.csv", "workload", 2, "matmul"), "samples.csv row 2, workload: matmul stands there, matmul/fp32/m=1024/n=1024/k=1024 follows from plan.json"},
		"other machine":     {edit("samples.csv", "machine_id", 2, "x"), "samples.csv row 2, machine_id: x stands there, 6f1c0b5e8a2d4793 follows from machine.json"},
		"estimate as joule": {edit("samples.csv", "estimated_energy_low_j", 2, "5"), "samples.csv row 2, estimated_energy_low_j: 5 stands there, nothing follows from machine.json"},
		"unknown status":    {edit("samples.csv", "status", 2, "fine"), `samples.csv row 2, status: "fine" is none of ok, void, unsupported, unavailable and failed`},
		"failed as ok":      {edit("samples.csv", "status", 4, "failed"), "samples.csv row 4, status_reason: a row that is not ok says why"},
		"numbers of a failed row": {func(t *testing.T, dir string) {
			edit("samples.csv", "status_reason", 4, "it broke")(t, dir)
			edit("samples.csv", "status", 4, "failed")(t, dir)
		}, "samples.csv row 4, started_at: 2026-11-23T10:15:12.151Z stands there, nothing follows from status failed"},
		"not verified":      {edit("samples.csv", "verified", 2, ""), "samples.csv row 2, verified: status ok stands only for output that was checked and is right"},
		"wrong and ok":      {edit("samples.csv", "error_ratio", 2, "1.2"), "samples.csv row 2, verified: true stands there, false follows from error_ratio"},
		"no reason":         {edit("samples.csv", "status", 2, "void"), "samples.csv row 2, status_reason: a row that is not ok says why"},
		"half an iteration": {edit("samples.csv", "iterations", 2, "0.5"), "samples.csv row 2, iterations: a measured row counts at least one whole iteration"},
		"unplanned":         {edit("samples.csv", "order", 2, "17"), "samples.csv row 2, order: plan.json has no step with trial 1 order 17"},
		"twice":             {double("samples.csv", 2), "samples.csv row 5, order: trial 1 order 1 stands in row 2 already"},
		"missing":           {drop("samples.csv", 4), "samples.csv: 1 of 3 planned steps have no row: joulemark run --resume DIR"},
		"energy twice":      {double("energy.csv", 2), "energy.csv row 17, domain: no window of trial 1 order 1 with one more rapl:package-0 was measured"},
		"energy missing":    {drop("energy.csv", 2), "energy.csv, domain: trial 1 order 1 has no row of rapl:package-0"},
		"window missing":    {drop("phases.csv", 7), "phases.csv row 7, start_s: 1.98 s before the phase belong to none"},
		"overlap":           {edit("phases.csv", "start_s", 7, "5.8"), "phases.csv row 7, start_s: the phase overlaps the one before it by 0.1 s"},
		"unknown phase":     {edit("phases.csv", "phase", 7, "nap"), `phases.csv row 7, phase: "nap" is no phase`},
		"phase order":       {edit("phases.csv", "phase", 3, "tail"), "phases.csv row 4, phase: standby comes here for trial 1 order 1 after a later phase or twice"},
		"idle in a step":    {edit("phases.csv", "order", 2, "1"), "phases.csv row 2, order: order 1 with phase idle: idle and only idle has order 0"},
		"strange domain":    {edit("power.csv", "domain", 9, "rapl:package-7"), `power.csv row 9, domain: "rapl:package-7" is no domain of machine.json`},
		"gauge in counter":  {edit("power.csv", "power_w", 9, "100"), "power.csv row 9, energy_j: a counter has just this value"},
		"reading status":    {edit("power.csv", "status", 9, "good"), `power.csv row 9, status: "good" is none of ok, late and error`},
		"time runs back":    {edit("power.csv", "t_s", 9, "0.95"), "power.csv row 9, t_s: this reading is earlier than the one before it of its domain"},
		"summary":           {edit("summary.csv", "trials", 2, "9"), "summary.csv row 2, trials: 9 stands there, 1 follows from samples.csv"},
		"summary short":     {drop("summary.csv", 4), "summary.csv: 2 rows stand there, 3 follow from samples.csv"},
		"file gone":         {func(t *testing.T, dir string) { require.NoError(t, os.Remove(filepath.Join(dir, "power.csv"))) }, "power.csv: the file is missing: restore it from a copy"},
		"no hashes":         {func(t *testing.T, dir string) { require.NoError(t, os.Remove(filepath.Join(dir, "datapackage.json"))) }, "datapackage.json: the file is missing: a finished run has the hashes of its files there"},
		"plan's names": {func(t *testing.T, dir string) {
			replaceOnce(t, filepath.Join(dir, "plan.json"), "matmul/fp32/m=1024", "matmul/fp32/m=7")
		}, "plan.json, steps[0].workload.name: matmul/fp32/m=7/n=1024/k=1024 stands there, matmul/fp32/m=1024/n=1024/k=1024 follows from its other fields"},
		"plan's work": {func(t *testing.T, dir string) {
			replaceOnce(t, filepath.Join(dir, "plan.json"), `"kind": "matmul"`, `"kind": "sudoku"`)
		}, `plan.json, steps[0].workload: workload kind "sudoku" is not known: use matmul, layer, peak or stream`},
		"plan's order": {func(t *testing.T, dir string) {
			replaceOnce(t, filepath.Join(dir, "plan.json"), `"order": 2`, `"order": 1`)
		}, "plan.json, steps[1]: trial 1 order 1 is planned twice"},
		"machine's run": {func(t *testing.T, dir string) { replaceOnce(t, filepath.Join(dir, "machine.json"), "k3f9", "zzzz") }, "machine.json, run_id: 20261123T101500Z-example-2s-zzzz stands there, 20261123T101500Z-example-2s-k3f9 follows from plan.json"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := made(t, resultstest.Options{Trials: 1})
			c.spoil(t, dir)
			findings, err := results.Verify(dir)
			require.NoError(t, err)
			require.NotEmpty(t, findings)
			said := strings.ReplaceAll(fmt.Sprint(findings[0]), dir, "DIR")
			require.True(t, strings.HasPrefix(said, c.want), "%s", said)
			again, err := results.Verify(dir)
			require.NoError(t, err)
			require.Equal(t, findings, again, "the order is always the same")
		})
	}
}

// A file that is wrong all over is not named row by row for ever.
func TestVerifyStops(t *testing.T) {
	dir := made(t, resultstest.Options{Trials: 30})
	cells := readCells(t, dir, "samples.csv")
	for i := range cells[1:] {
		cells[i+1][slices.Index(cells[0], "energy_j")] = "1"
	}
	writeCells(t, dir, "samples.csv", cells)
	findings, err := results.Verify(dir)
	require.NoError(t, err)
	about := 0
	for _, f := range findings {
		if f.File == "samples.csv" && f.Column == "energy_j" {
			about++
		}
	}
	require.Equal(t, 21, about)
}
