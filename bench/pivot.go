package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"joulemark/plots"
	"joulemark/results"
)

// A pivot is a summary turned into a row a workload and a column a runner: one
// number a cell, to set libraries side by side.
type pivot struct {
	metric  string
	columns []string // runners, with device and threads as placeOf names them
	rows    []string // workloads
	cells   map[[2]string]string
	values  map[[2]string]pivotValue // of the cells that are one runner's
	note    string                   // how the joules were obtained
}

// newPivot refuses joules that mean different things: side by side they would be
// ranked.
func newPivot(rows []results.SummaryRow, metric string) (*pivot, error) {
	p := &pivot{metric: metric, cells: map[[2]string]string{}, values: map[[2]string]pivotValue{}}
	where := placeOf(rows)
	obtained := map[string]bool{}
	for _, r := range rows {
		row, column := labelOf(r.Workload), where(r)
		if !slices.Contains(p.rows, row) {
			p.rows = append(p.rows, row)
		}
		if !slices.Contains(p.columns, column) {
			p.columns = append(p.columns, column)
		}
		at := [2]string{row, column}
		if _, twice := p.cells[at]; twice {
			return nil, fmt.Errorf("%s of %s stands in the runs twice: name one run a machine and setting, or keep some with --filter", row, column)
		}
		p.cells[at], p.values[at] = pivotCell(r, metric), measured(&r, metric)
		if metric == "efficiency" && !math.IsNaN(r.EfficiencyOpJ) {
			obtained[strings.TrimSpace(provenance(r)+" "+r.EnergyScopeClass)] = true
		}
	}
	if len(obtained) > 1 {
		return nil, fmt.Errorf("joules obtained in several ways cannot stand side by side: keep one with --filter energy_provenance=measured or energy_scope_class=component")
	}
	for how := range obtained {
		p.note = how
	}
	return p, nil
}

// pivotCell is the number, with its interval where there is one; what was not
// measured says so.
func pivotCell(r results.SummaryRow, metric string) string {
	value, low, high, unit := speedOf(r)
	if metric == "efficiency" {
		value, low, high, unit = r.EfficiencyOpJ, r.EfficiencyLowOpJ, r.EfficiencyHighOpJ, unitOf(r)+"/J"
	}
	switch {
	case r.Status != results.OK:
		return r.Status
	case math.IsNaN(value):
		return "n/a"
	}
	text := plots.FormatSI(value, unit)
	if around := interval(value, low, high); around != "n<6" {
		text += " " + around
	}
	return text
}

func (p *pivot) table() table.Writer {
	head := table.Row{"workload"}
	right := make([]int, len(p.columns))
	for i, c := range p.columns {
		head, right[i] = append(head, c), i+2
	}
	t := plainTable(head, right...)
	for _, row := range p.rows {
		cells := table.Row{row}
		for _, c := range p.columns {
			cells = append(cells, dash(p.cells[[2]string{row, c}]))
		}
		t.AppendRow(cells)
	}
	return t
}

func (p *pivot) print(e *env, markdown bool) {
	if markdown {
		fmt.Fprintln(e.stdout, p.table().RenderMarkdown())
	} else {
		for line := range strings.SplitSeq(p.table().Render(), "\n") {
			fmt.Fprintln(e.stdout, strings.TrimRight(line, " "))
		}
	}
	if p.note != "" {
		fmt.Fprintln(e.stdout, "\njoules: "+p.note)
	}
}
