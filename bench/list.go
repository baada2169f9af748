package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"joulemark/bench/measure"
	"joulemark/bench/power"
	"joulemark/results/joules"
	"joulemark/runners"
	"joulemark/workloads"
)

type listVerb struct {
	What       string `arg:"" optional:"" default:"" help:"runners, devices, meters, workloads, suites or figures. Default: all but workloads."`
	JSON       bool   `name:"json" help:"Print JSON, for programs."`
	Markdown   bool   `help:"Print what this program has, whatever machine it is on, as Markdown tables."`
	SensorRoot string `placeholder:"DIR" help:"Look for sensors below DIR instead of /."`
	Check      string `placeholder:"NAME" help:"Drive a runner through the whole protocol and print what it gets right and wrong, line by line; exits 1 if anything is wrong, where list otherwise exits 0."`
	stackFlags

	stacks []measure.Stack // asked once for runners and devices
}

func (*listVerb) Examples() []string {
	return []string{"joulemark list", "joulemark list meters --json"}
}

// A listing is one table of `list`: rows of cells under named columns.
type listing struct {
	Name    string
	Columns []string
	Rows    [][]string
}

// listings are the tables by name, in the order they are shown. What a table
// says that depends on this machine is left out when it is made for the README.
var listings = []struct {
	name string
	make func(*listVerb, context.Context) listing
}{
	{"runners", (*listVerb).runners},
	{"devices", (*listVerb).devices},
	{"meters", (*listVerb).meters},
	{"workloads", (*listVerb).workloads},
	{"suites", (*listVerb).suites},
	{"figures", (*listVerb).figures},
}

// Run prints what is here. It exits 0 whatever is missing: that is its news. Only
// --check can fail.
func (v *listVerb) Run(e *env) error {
	if err := checkRoot(&v.SensorRoot); err != nil {
		return err
	}
	if err := v.known(); err != nil {
		return err
	}
	if v.Check != "" {
		return v.check(e)
	}
	if !v.Markdown && slices.Contains([]string{"", "runners", "devices"}, v.What) {
		if err := v.ask(e); err != nil {
			return err
		}
	}
	var all []listing
	for _, l := range listings {
		if v.What != l.name && (v.What != "" || l.name == "workloads") {
			continue
		}
		if table, ok := registryTables[l.name]; ok && v.Markdown {
			fmt.Fprintln(e.stdout, table().markdown())
			continue
		}
		all = append(all, l.make(v, e.ctx))
	}
	if v.JSON {
		return printJSON(e, objects(all))
	}
	for i, l := range all {
		if i > 0 {
			fmt.Fprintln(e.stdout)
		}
		l.print(e)
	}
	return nil
}

// known refuses what there is no list of.
func (v *listVerb) known() error {
	var names []string
	for _, l := range listings {
		names = append(names, l.name)
	}
	if v.What == "" || slices.Contains(names, v.What) {
		return nil
	}
	return fmt.Errorf("no list of %q%s (joulemark list --help)", v.What, workloads.DidYouMean(v.What, names))
}

func (v *listVerb) meters(context.Context) listing {
	l := listing{Name: "meters", Columns: []string{"meter", "domains", "state"}}
	found := map[string]power.Found{}
	all, err := power.OpenAll(power.Config{Root: v.SensorRoot}, nil)
	if err != nil { // no selector was given that could be wrong
		panic(err)
	}
	for _, f := range all {
		found[f.Name] = f
	}
	for _, s := range power.Sources() {
		f, opened := found[s.Name]
		if !opened {
			l.Rows = append(l.Rows, []string{s.Name, "-", "on demand  " + s.Needs})
			continue
		}
		l.Rows = append(l.Rows, meterRows(f)...)
	}
	return l
}

// meterRows are a meter's line, one for each refused domain and one for each note.
func meterRows(f power.Found) [][]string {
	if f.Err != nil {
		return [][]string{{f.Name, "-", stateOf(f.Err)}}
	}
	defer f.Meter.Close()
	var names []string
	var more [][]string
	for _, d := range f.Meter.Domains() {
		if d.Refused != "" {
			more = append(more, []string{f.Name, d.Name, "refused  " + d.Refused})
			continue
		}
		names = append(names, d.Name)
	}
	rows := [][]string{{f.Name, strings.Join(names, " "), "ready" + worth(f.Meter.Domains())}}
	for _, n := range power.Notes(f.Meter) {
		more = append(more, []string{f.Name, "", "left out  " + n})
	}
	return append(rows, more...)
}

// worth says in what a meter's readings differ from plain measurements.
func worth(domains []joules.Domain) string {
	var words []string
	for _, d := range domains {
		if d.Provenance != joules.Measured && !slices.Contains(words, string(d.Provenance)) {
			words = append(words, string(d.Provenance))
		}
		if d.Simulated && !slices.Contains(words, "SIMULATED") {
			words = append(words, "SIMULATED")
		}
	}
	if len(words) == 0 {
		return ""
	}
	return "  " + strings.Join(words, ", ")
}

// stateOf is ready, missing, refused or broken, with the reason and the remedy.
func stateOf(err error) string {
	switch {
	case err == nil:
		return "ready"
	case errors.Is(err, power.ErrRefused):
		return "refused  " + bare(err)
	case errors.Is(err, power.ErrUnavailable), errors.Is(err, runners.ErrUnavailable):
		return "missing  " + bare(err)
	}
	return "unusable  " + err.Error()
}

// bare is an error's text without the words of its class, which the state says.
func bare(err error) string {
	text := err.Error()
	for _, c := range []error{power.ErrUnavailable, power.ErrRefused, runners.ErrUnavailable} {
		text = strings.TrimPrefix(text, c.Error()+": ")
	}
	return text
}

func (v *listVerb) workloads(context.Context) listing {
	l := listing{Name: "workloads", Columns: []string{"workload", "for", "suites"}}
	seen := map[string]int{}
	for _, name := range workloads.SuiteNames() {
		s, err := workloads.LoadSuite(name)
		if err != nil { // embedded in this program, and tested
			panic(err)
		}
		for _, st := range s.Steps {
			key := st.Workload.Name() + st.For
			if i, ok := seen[key]; ok {
				l.Rows[i][2] += " " + name
				continue
			}
			seen[key] = len(l.Rows)
			l.Rows = append(l.Rows, []string{st.Workload.Name(), st.For, name})
		}
	}
	return l
}

func (v *listVerb) suites(context.Context) listing { return suiteTable() }

func (v *listVerb) figures(context.Context) listing { return figureTable() }

func (l listing) print(e *env) {
	head := table.Row{}
	for _, c := range l.Columns {
		head = append(head, c)
	}
	t := plainTable(head)
	for _, r := range l.Rows {
		row := table.Row{}
		for _, c := range r {
			row = append(row, c)
		}
		t.AppendRow(row)
	}
	for line := range strings.SplitSeq(t.Render(), "\n") {
		fmt.Fprintln(e.stdout, strings.TrimRight(line, " "))
	}
}

// objects turns listings into what JSON readers expect: name -> list of records.
func objects(all []listing) map[string][]map[string]string {
	out := map[string][]map[string]string{}
	for _, l := range all {
		out[l.Name] = []map[string]string{}
		for _, r := range l.Rows {
			record := map[string]string{}
			for i, c := range l.Columns {
				record[strings.ReplaceAll(c, " ", "_")] = r[i]
			}
			out[l.Name] = append(out[l.Name], record)
		}
	}
	return out
}
