package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"joulemark/results"
)

// A pivotValue is the number behind a cell, with its interval; NaN where there is
// none.
type pivotValue struct {
	runner           string
	value, low, high float64
}

// measured is what a row gives of a metric, NaN unless it is ok.
func measured(r results.SummaryRow, metric string) pivotValue {
	v := pivotValue{runner: r.Runner}
	v.value, v.low, v.high, _ = speedOf(r)
	if metric == "efficiency" {
		v.value, v.low, v.high = r.EfficiencyOpJ, r.EfficiencyLowOpJ, r.EfficiencyHighOpJ
	}
	if r.Status != results.OK {
		v.value = math.NaN()
	}
	return v
}

// against adds a column of one runner's number over the best of the others in the same
// row. Its interval is [low / high of the other, high / low of the other], as that of a
// verdict.
func (p *pivot) against(runner string) error {
	own := map[string]bool{}
	for at, v := range p.values {
		if v.runner == runner {
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
	heading := runner + " / best other"
	for _, row := range p.rows {
		p.cells[[2]string{row, heading}] = p.ratio(row, runner)
	}
	p.columns = append(p.columns, heading)
	return nil
}

// ratio is a cell of that column: empty where either side was not measured.
func (p *pivot) ratio(row, runner string) string {
	own, best := pivotValue{value: math.NaN()}, pivotValue{value: math.NaN()}
	for _, column := range p.columns {
		v, ok := p.values[[2]string{row, column}]
		switch {
		case !ok || math.IsNaN(v.value):
		case v.runner == runner:
			own = v
		case !(v.value <= best.value):
			best = v
		}
	}
	if math.IsNaN(own.value) || math.IsNaN(best.value) {
		return ""
	}
	text := fmt.Sprintf("%.3f", own.value/best.value)
	if low, high := own.low/best.high, own.high/best.low; !math.IsNaN(low) && !math.IsNaN(high) {
		text += fmt.Sprintf(" (%.3f…%.3f)", low, high)
	}
	return text + " " + best.runner
}

// names of the runners in the rows, for messages.
func (p *pivot) runners() (names []string) {
	for _, v := range p.values {
		if !slices.Contains(names, v.runner) {
			names = append(names, v.runner)
		}
	}
	slices.Sort(names)
	return names
}
