package main

import (
	"context"
	"fmt"
	"strings"

	"joulemark/bench/power"
	"joulemark/plots"
	"joulemark/runners"
	"joulemark/workloads"
)

// registryTables are what this program has whatever machine it is on: the tables
// of the README, which a test holds against these.
var registryTables = map[string]func() listing{
	"runners":   runnerTable,
	"meters":    meterTable,
	"figures":   figureTable,
	"suites":    suiteTable,
	"workloads": func() listing { return (&listVerb{}).workloads(context.Background()) },
}

func runnerTable() listing {
	l := listing{Name: "runners", Columns: []string{"runner", "computes on", "what", "needs"}}
	for _, r := range runners.Entries() {
		l.Rows = append(l.Rows, []string{"`" + r.Name + "`", r.DeviceKind, r.Summary, orNothing(r.Needs)})
	}
	l.Rows = append(l.Rows, []string{"yours", "anything", "any program that speaks [the worker protocol](runners/PROTOCOL.md)", "`--external NAME=COMMAND`"})
	return l
}

func meterTable() listing {
	l := listing{Name: "meters", Columns: []string{"meter", "reads", "needs"}}
	for _, s := range power.Sources() {
		l.Rows = append(l.Rows, []string{"`" + s.Name + "`", s.Summary, orNothing(s.Needs)})
	}
	return l
}

func suiteTable() listing {
	l := listing{Name: "suites", Columns: []string{"suite", "steps", "trials", "window", "what"}}
	for _, name := range workloads.SuiteNames() {
		s, err := workloads.LoadSuite(name)
		if err != nil { // embedded in this program, and tested
			panic(err)
		}
		l.Rows = append(l.Rows, []string{name, fmt.Sprint(len(s.Steps)), fmt.Sprint(s.Trials), fmt.Sprintf("%g s", s.WindowS), s.Description})
	}
	return l
}

func figureTable() listing {
	l := listing{Name: "figures", Columns: []string{"figure", "what"}}
	for _, f := range plots.Figures() {
		l.Rows = append(l.Rows, []string{f.Name, f.Summary})
	}
	return l
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

// markdown is a listing as a table of the README.
func (l listing) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %s |\n|%s\n", strings.Join(l.Columns, " | "), strings.Repeat("---|", len(l.Columns)))
	for _, r := range l.Rows {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(r, " | "))
	}
	return b.String()
}
