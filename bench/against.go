package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"joulemark/results"
)

// A pivotValue is the number behind a cell, with its interval and the row it is of; NaN
// where there is none.
type pivotValue struct {
	row              *results.SummaryRow
	value, low, high float64
}

// measured is what a row gives of a metric, NaN unless it is ok.
func measured(r *results.SummaryRow, metric string) pivotValue {
	v := pivotValue{row: r}
	v.value, v.low, v.high, _ = speedOf(*r)
	if metric == "efficiency" {
		v.value, v.low, v.high = r.EfficiencyOpJ, r.EfficiencyLowOpJ, r.EfficiencyHighOpJ
	}
	if r.Status != results.OK {
		v.value = math.NaN()
	}
	return v
}

// A ratioOf divides one cell's number by another's of the same workload.
type ratioOf func(over, under pivotValue) results.Median

// ofMedians divides the medians. The interval is [low / high of the other, high / low of the
// other], as that of a verdict.
func ofMedians(over, under pivotValue) results.Median {
	return results.Median{Center: over.value / under.value, Low: over.low / under.high, High: over.high / under.low}
}

// withinTrials takes the median of the ratios within trials; there is none between runs.
func withinTrials(samples []results.Sample, metric string) ratioOf {
	trials := map[*results.SummaryRow]map[int]float64{}
	of := func(r *results.SummaryRow) map[int]float64 {
		if trials[r] == nil {
			trials[r] = results.Within(samples, r, metric)
		}
		return trials[r]
	}
	return func(over, under pivotValue) results.Median {
		if over.row.RunID != under.row.RunID {
			return results.MedianOf(nil)
		}
		return results.PairedRatio(of(over.row), of(under.row))
	}
}

// against adds a column of one runner's number over the best of the others in the same
// row: the one to which its ratio is least.
func (p *pivot) against(runner, heading string, ratio ratioOf) error {
	own := map[string]bool{}
	for at, v := range p.values {
		if v.row.Runner == runner {
			own[at[1]] = true
		}
	}
	switch len(own) {
	case 0:
		return fmt.Errorf("no row is of runner %q: --against takes one of %s", runner, strings.Join(p.runners(), ", "))
	case 1:
	default:
		return fmt.Errorf("%s has %d columns: keep one with --filter, for instance threads=1", runner, len(own))
	}
	for _, row := range p.rows {
		p.cells[[2]string{row, heading}] = p.ratio(row, runner, ratio)
	}
	p.columns = append(p.columns, heading)
	return nil
}

// ratio is a cell of that column: empty where either side was not measured.
func (p *pivot) ratio(row, runner string, ratio ratioOf) string {
	var own *pivotValue
	var others []pivotValue
	for _, column := range p.columns {
		v, ok := p.values[[2]string{row, column}]
		switch {
		case !ok || math.IsNaN(v.value):
		case v.row.Runner == runner:
			own = &v
		default:
			others = append(others, v)
		}
	}
	if own == nil {
		return ""
	}
	least, best := results.Median{Center: math.NaN()}, ""
	for _, other := range others {
		if r := ratio(*own, other); r.Center < least.Center || math.IsNaN(least.Center) && !math.IsNaN(r.Center) {
			least, best = r, other.row.Runner
		}
	}
	if best == "" {
		return ""
	}
	text := fmt.Sprintf("%.3f", least.Center)
	if !math.IsNaN(least.Low) && !math.IsNaN(least.High) {
		text += fmt.Sprintf(" (%.3f…%.3f)", least.Low, least.High)
	}
	return text + " " + best
}

// names of the runners in the rows, for messages.
func (p *pivot) runners() (names []string) {
	for _, v := range p.values {
		if !slices.Contains(names, v.row.Runner) {
			names = append(names, v.row.Runner)
		}
	}
	slices.Sort(names)
	return names
}
