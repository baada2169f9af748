package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"joulemark/results"
	"joulemark/workloads"
)

type compareVerb struct {
	Base      []string `required:"" sep:"none" placeholder:"DIR" help:"Baseline run; repeatable: several show how far equal runs differ."`
	New       []string `arg:"" name:"new" help:"New runs."`
	Metric    string   `default:"efficiency" enum:"efficiency,throughput" help:"efficiency or throughput."`
	Margin    *float64 `placeholder:"PERCENT" help:"Change that counts. Default: 5 with one baseline, less where equal runs show less."`
	SameModel bool     `help:"Let machines of one model stand for each other."`
	Strict    bool     `help:"Exit 3 if anything is inconclusive or not comparable."`
	SelfTest  bool     `help:"Judge a loss put into a copy of the new runs: the gate must turn red."`
	JSON      bool     `name:"json" help:"Print JSON, for programs."`
}

func (*compareVerb) Examples() []string {
	return []string{"joulemark compare --base results/runs/mon results/runs/tue", "joulemark compare --strict --metric throughput --base mon --base tue wed"}
}

// Run prints a verdict a configuration: exit 0 pass, 1 regressed, 3 in doubt under
// --strict.
func (v *compareVerb) Run(e *env) error {
	margin, err := v.margin()
	if err != nil {
		return err
	}
	base, err := openRuns(e, v.Base)
	if err != nil {
		return err
	}
	fresh, err := openRuns(e, v.New)
	if err != nil {
		return err
	}
	for _, b := range base {
		for _, n := range fresh {
			if b.Plan.RunID == n.Plan.RunID {
				fmt.Fprintf(e.stderr, "note     %s is on both sides: a run cannot differ from itself\n", n.Dir)
			}
		}
	}
	c, err := results.Compare(base, fresh, results.CompareOptions{Metric: v.Metric, MarginPct: margin, SameModel: v.SameModel, Strict: v.Strict, SelfTest: v.SelfTest})
	if err != nil {
		return err
	}
	if v.JSON {
		err = printJSON(e, verdictObjects(c))
	} else {
		printVerdicts(e, c)
	}
	if err == nil && c.Exit() != exitOK {
		return exitCode(c.Exit())
	}
	return err
}

// margin is what was given, 0 for the rule of the comparison.
func (v *compareVerb) margin() (float64, error) {
	switch {
	case v.Margin == nil:
		return 0, nil
	case !(*v.Margin > 0):
		return 0, fmt.Errorf("--margin %g cannot judge anything: use one above 0 and below 50", *v.Margin)
	}
	return *v.Margin, nil
}

func printVerdicts(e *env, c results.Comparison) {
	t := plainTable(table.Row{"workload", "runner", c.Metric, "95 %", "margin", "verdict"}, 3)
	var below [][]string
	for _, v := range c.Verdicts {
		t.AppendRow(table.Row{labelOf(v.Key.Workload), v.Key.Runner, results.Percent(v.Change), changeInterval(v), marginText(v), verdictText(v)})
		below = append(below, explain(v))
	}
	for i, line := range strings.Split(t.Render(), "\n") {
		fmt.Fprintln(e.stdout, strings.TrimRight(line, " "))
		if i > 0 && i-1 < len(below) {
			for _, more := range below[i-1] {
				fmt.Fprintln(e.stdout, "        "+more)
			}
		}
	}
	for _, n := range c.Notes {
		fmt.Fprintln(e.stderr, "note    ", n)
	}
	fmt.Fprintf(e.stdout, "%s   exit %d\n", c.Counts(), c.Exit())
}

func changeInterval(v results.Verdict) string {
	if math.IsNaN(v.Low) || math.IsNaN(v.High) {
		return "n/a"
	}
	return fmt.Sprintf("[%+.1f, %+.1f]", 100*v.Low, 100*v.High)
}

func marginText(v results.Verdict) string {
	if math.IsNaN(v.Margin) {
		return ""
	}
	return fmt.Sprintf("%.3g %%", 100*v.Margin)
}

func verdictText(v results.Verdict) string {
	text := string(v.Outcome)
	if len(v.Labels) > 0 {
		text += " (" + strings.Join(v.Labels, ", ") + ")"
	}
	return text
}

// explain is what stands below a verdict: where the change comes from, or what
// would settle it.
func explain(v results.Verdict) (lines []string) {
	if v.Outcome == results.Regressed || v.Outcome == results.Improved {
		if text := v.Explain(); text != "" {
			lines = append(lines, text)
		}
	}
	if v.Reason != "" {
		lines = append(lines, v.Reason)
	}
	if v.Next != "" {
		lines = append(lines, "next: "+v.Next)
	}
	return lines
}

// labelOf is how a workload's name is printed for people.
func labelOf(name string) string {
	if w, err := workloads.Parse(name); err == nil {
		return workloads.Label(w)
	}
	return name
}

func verdictObjects(c results.Comparison) map[string]any {
	verdicts := []map[string]any{}
	number := func(f float64) any {
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return nil
		}
		return f
	}
	for _, v := range c.Verdicts {
		verdicts = append(verdicts, map[string]any{"workload": v.Key.Workload, "runner": v.Key.Runner, "device_id": v.Key.DeviceID, "threads": v.Key.Threads,
			"machine_id": v.Key.MachineID, "verdict": v.Outcome, "change": number(v.Change), "low": number(v.Low), "high": number(v.High),
			"margin": number(v.Margin), "throughput_change": number(v.Throughput), "power_change": number(v.Power),
			"base_trials": v.BaseTrials, "new_trials": v.NewTrials, "reason": v.Reason, "next": v.Next, "labels": v.Labels})
	}
	return map[string]any{"metric": c.Metric, "verdicts": verdicts, "notes": c.Notes, "exit": c.Exit()}
}
