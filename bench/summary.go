package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"joulemark/plots"
	"joulemark/results"
	"joulemark/workloads"
)

// printSummary writes the table of a run: a row a configuration and, under it,
// how its watts were obtained. What was not measured is n/a, never 0.
func printSummary(w io.Writer, runs []*results.Run, rows []results.SummaryRow) {
	t := plainTable(table.Row{"workload", "runner", "throughput", "95 %", "power", "efficiency", "n"}, 3, 4, 5, 6, 7)
	where := placeOf(rows)
	for _, r := range rows {
		t.AppendRow(summaryCells(r, voided(runs, r), where))
	}
	lines := strings.Split(t.Render(), "\n")
	for i, line := range lines {
		fmt.Fprintln(w, strings.TrimRight(line, " "))
		if i > 0 && i-1 < len(rows) {
			how := howObtained(runs, rows[i-1])
			if len(runs) > 1 { // equal workloads of several runs look alike
				how = strings.TrimSuffix(rows[i-1].RunID+" · "+how, " · ")
			}
			if how != "" {
				fmt.Fprintln(w, "        "+how)
			}
		}
	}
}

// plainTable is a table of columns two spaces apart without any rule; the columns
// named (from 1) are set to the right.
func plainTable(header table.Row, right ...int) table.Writer {
	t := table.NewWriter()
	style := table.StyleDefault
	style.Options = table.OptionsNoBordersAndSeparators
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	style.Format.Header = text.FormatDefault
	t.SetStyle(style)
	t.AppendHeader(header)
	var columns []table.ColumnConfig
	for _, n := range right {
		columns = append(columns, table.ColumnConfig{Number: n, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t.SetColumnConfigs(columns)
	return t
}

// summaryCells are a row's cells. Where every trial is void, its speed and watts
// are still told, with "void" in the place of what may not be concluded from them.
func summaryCells(r results.SummaryRow, void *results.SummaryRow, where func(results.SummaryRow) string) table.Row {
	efficiency := plots.FormatSI(r.EfficiencyOpJ, unitOf(r)+"/J")
	switch {
	case r.Status == results.Void && void != nil:
		r, efficiency = *void, results.Void
	case r.Status != results.OK:
		return table.Row{labelOf(r.Workload), where(r), "n/a", "", "n/a", r.Status, r.Trials}
	}
	speed, low, high, unit := speedOf(r)
	return table.Row{labelOf(r.Workload), where(r), plots.FormatSI(speed, unit),
		interval(speed, low, high), plots.FormatSI(r.PowerW, "W"), efficiency, r.Trials}
}

// speedOf is the throughput of a row, or the bandwidth of a stream: also of a triad,
// whose few operations nobody measures it for.
func speedOf(r results.SummaryRow) (value, low, high float64, unit string) {
	if w, err := workloads.Parse(r.Workload); err == nil && isStream(w) && r.BandwidthBS > 0 {
		return r.BandwidthBS, r.BandwidthLowBS, r.BandwidthHighBS, "B/s"
	}
	return r.ThroughputOpS, r.ThroughputLowOpS, r.ThroughputHighOpS, unitOf(r) + "/s"
}

func isStream(w workloads.Workload) bool {
	_, ok := w.(workloads.Stream)
	return ok
}

// placeOf names where a row was computed: the runner, its device if that is no CPU,
// how many devices worked at once, and the threads where rows differ in them.
func placeOf(rows []results.SummaryRow) func(results.SummaryRow) string {
	threads := map[int]bool{}
	for _, r := range rows {
		if r.Threads > 0 {
			threads[r.Threads] = true
		}
	}
	return func(r results.SummaryRow) string {
		place := r.Runner
		if r.DeviceID != "" && r.DeviceID != results.KindCPU {
			place += " " + r.DeviceID
		}
		if r.DeviceCount > 1 {
			place += fmt.Sprintf(" of %d", r.DeviceCount)
		}
		if r.Threads > 0 && len(threads) > 1 {
			place += fmt.Sprintf(" %dt", r.Threads)
		}
		return place
	}
}

// voided sums up the void trials of a configuration that has no other.
func voided(runs []*results.Run, r results.SummaryRow) *results.SummaryRow {
	if r.Status != results.Void {
		return nil
	}
	var trials []results.Sample
	for _, s := range samplesOf(runs) {
		if s.RunID == r.RunID && s.Status == results.Void && results.KeyOf(&s) == r.Key() {
			s.Status = results.OK
			trials = append(trials, s)
		}
	}
	if len(trials) == 0 {
		return nil
	}
	return &results.Summarise(trials)[0]
}

// interval is the wider half of a 95 % interval in percent of the median; below
// six trials there is none.
func interval(mid, low, high float64) string {
	if math.IsNaN(low) || math.IsNaN(high) || math.IsInf(low, 0) || math.IsInf(high, 0) {
		return "n<6"
	}
	return fmt.Sprintf("±%.1f %%", 100*max(high-mid, mid-low)/mid)
}

// howObtained says where a row's watts come from, or what stands in their place.
func howObtained(runs []*results.Run, r results.SummaryRow) string {
	simulated := ""
	if r.Simulated == results.True {
		simulated = "SIMULATED · "
	}
	beside := hostBeside(runs, r)
	if beside != "" {
		beside = " · " + beside
	}
	switch {
	case r.Status != results.OK:
		return r.StatusReason
	case !math.IsNaN(r.EfficiencyOpJ):
		return simulated + measuredLine(r) + beside
	case !math.IsNaN(r.EstimatedEfficiencyLowOpJ):
		return simulated + estimatedLine(runs, r) + beside
	case simulated != "" || beside != "":
		return simulated + "no joules" + beside
	}
	return ""
}

func measuredLine(r results.SummaryRow) string {
	parts := []string{r.EnergyProvenance, sensors(r.EnergyDomain) + " " + r.EnergyScope}
	if !math.IsNaN(r.SystematicUncertaintyPct) {
		parts = append(parts, fmt.Sprintf("sensor ±%.3g %%", r.SystematicUncertaintyPct))
	}
	if !math.IsNaN(r.EfficiencyNetOpJ) {
		parts = append(parts, "above idle "+plots.FormatSI(r.EfficiencyNetOpJ, unitOf(r)+"/J"))
	}
	if r.EnergyTrials < r.Trials {
		parts = append(parts, fmt.Sprintf("joules of %d of the %d trials", r.EnergyTrials, r.Trials))
	}
	if r.Void+r.Failed > 0 {
		parts = append(parts, fmt.Sprintf("%d void, %d failed", r.Void, r.Failed))
	}
	return strings.Join(parts, " · ")
}

// sensors names a single domain whole, of several only their meters: the domains
// stand in summary.csv.
func sensors(domains string) string {
	ids := strings.Split(domains, "+")
	if len(ids) == 1 {
		return domains
	}
	var meters []string
	for _, id := range ids {
		if m, _, _ := strings.Cut(id, ":"); !slices.Contains(meters, m) {
			meters = append(meters, m)
		}
	}
	return strings.Join(meters, "+")
}

func estimatedLine(runs []*results.Run, r results.SummaryRow) string {
	line := "estimated, not measured: " + plots.FormatRange(r.EstimatedEfficiencyLowOpJ, r.EstimatedEfficiencyHighOpJ, unitOf(r)+"/J")
	for _, run := range runs {
		if _, basis := run.Machine.EstimateBasis(); run.Machine.RunID == r.RunID && basis != "" {
			line += " (" + basis + ")"
		}
	}
	return line
}

func unitOf(r results.SummaryRow) string { return opUnit(workloads.DType(r.DType)) }
