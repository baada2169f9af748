package main

import (
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"strings"

	"joulemark/plots"
	"joulemark/results"
)

type showVerb struct {
	Dirs    []string `arg:"" name:"dir" help:"Run folders."`
	Format  string   `default:"text" enum:"text,markdown,csv,json" help:"text, markdown, csv or json."`
	Sort    string   `default:"workload" placeholder:"COLUMN" help:"Column of summary.csv to sort by; a leading '-' turns it round."`
	Filter  []string `sep:"none" placeholder:"COLUMN=GLOB" help:"Keep rows whose column fits the glob; repeatable."`
	By      string   `default:"" enum:",runner" placeholder:"runner" help:"runner: a row a workload and a column a runner, one number each."`
	Against string   `placeholder:"RUNNER" help:"With --by: add a column of this runner's number over the best of the others."`
	Paired  bool     `help:"With --against: the median of the ratios within trials, not the ratio of the medians; what slowed a whole trial cancels."`
	Metric  string   `default:"throughput" enum:"throughput,efficiency" help:"With --by: throughput or efficiency."`
}

func (*showVerb) Examples() []string {
	return []string{"joulemark show results/runs/*", "joulemark show --by runner --filter 'workload=matmul/*' results/runs/mon"}
}

// Run prints the summary of one or many runs.
func (v *showVerb) Run(e *env) error {
	runs, err := openRuns(e, v.Dirs)
	if err != nil {
		return err
	}
	rows := results.Summarise(samplesOf(runs))
	if rows, err = results.SelectSummary(rows, v.Filter, v.Sort); err != nil {
		return err
	}
	if v.By != "" {
		return v.sideBySide(e, runs, rows)
	}
	switch {
	case v.Against != "":
		return fmt.Errorf("--against goes with --by runner")
	case v.Paired:
		return fmt.Errorf("--paired goes with --by runner --against RUNNER")
	}
	switch v.Format {
	case "csv":
		return results.WriteSummary(e.stdout, rows)
	case "json":
		return printJSON(e, results.SummaryObjects(rows))
	case "markdown":
		printMarkdown(e, runs, rows)
		return nil
	}
	printSummary(e.stdout, runs, rows)
	return nil
}

// sideBySide prints the summary with a column a runner.
func (v *showVerb) sideBySide(e *env, runs []*results.Run, rows []results.SummaryRow) error {
	if v.Format != "text" && v.Format != "markdown" {
		return fmt.Errorf("--by goes with --format text or markdown: for %s leave it out", v.Format)
	}
	p, err := newPivot(rows, v.Metric)
	if err != nil {
		return err
	}
	switch heading := v.Against + " / best other"; {
	case v.Against == "" && v.Paired:
		return fmt.Errorf("--paired goes with --against RUNNER")
	case v.Against == "":
	case v.Paired:
		err = p.against(v.Against, heading+", within trials", withinTrials(samplesOf(runs), v.Metric))
	default:
		err = p.against(v.Against, heading, ofMedians)
	}
	if err != nil {
		return err
	}
	p.print(e, v.Format == "markdown")
	return nil
}

// openRuns reads run folders and tells on stderr what is odd about them.
// A run counts once: named twice, or copied, its trials are not twice as many.
func openRuns(e *env, dirs []string) ([]*results.Run, error) {
	var runs []*results.Run
	from := map[string]string{}
	for _, dir := range dirs {
		r, err := results.Open(dir)
		if err != nil {
			return nil, inFolder(dir, err)
		}
		if first, twice := from[r.Plan.RunID]; twice {
			return nil, fmt.Errorf("%s and %s are one run, %s: name it once", first, dir, r.Plan.RunID)
		}
		from[r.Plan.RunID] = dir
		for _, n := range r.Notes {
			fmt.Fprintf(e.stderr, "note     %s: %s\n", dir, n)
		}
		runs = append(runs, r)
	}
	return runs, nil
}

// inFolder adds the folder to an error that names only a file of it.
func inFolder(dir string, err error) error {
	if strings.Contains(err.Error(), filepath.Clean(dir)) {
		return err
	}
	return fmt.Errorf("%s: %w", dir, err)
}

func samplesOf(runs []*results.Run) (all []results.Sample) {
	for _, r := range runs {
		all = append(all, r.Samples...)
	}
	return all
}

func printJSON(e *env, v any) error {
	enc := json.NewEncoder(e.stdout)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

func printMarkdown(e *env, runs []*results.Run, rows []results.SummaryRow) {
	fmt.Fprintln(e.stdout, "| workload | runner | throughput | 95 % | power | efficiency | n | provenance |")
	fmt.Fprintln(e.stdout, "|---|---|---|---|---|---|---|---|")
	where := placeOf(rows)
	for _, r := range rows {
		var cells []string
		for _, c := range summaryCells(r, voided(runs, r), where) {
			cells = append(cells, fmt.Sprint(c))
		}
		fmt.Fprintf(e.stdout, "| %s | %s |\n", strings.Join(cells, " | "), provenance(r))
	}
}

// provenance is the word for how a row's joules were obtained.
func provenance(r results.SummaryRow) string {
	switch {
	case r.Simulated == results.True && r.EnergyProvenance != "":
		return "SIMULATED " + r.EnergyProvenance
	case r.EnergyProvenance != "":
		return r.EnergyProvenance
	case r.Status != results.OK:
		return r.Status
	}
	word := "no joules"
	if !math.IsNaN(r.EstimatedEfficiencyLowOpJ) {
		word = "estimated, not measured: " + plots.FormatRange(r.EstimatedEfficiencyLowOpJ, r.EstimatedEfficiencyHighOpJ, unitOf(r)+"/J")
	}
	if r.Simulated == results.True {
		word = "SIMULATED " + word
	}
	return word
}
