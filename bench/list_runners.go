package main

import (
	"context"
	"strings"

	"joulemark/bench/measure"
	"joulemark/runners"
)

// ask starts every runner once, in processes of their own: some stacks end the
// process that loads them.
func (v *listVerb) ask(e *env) error {
	job := &measure.Job{Self: self}
	if err := v.stackFlags.into(job); err != nil {
		return err
	}
	v.stacks = measure.Stacks(e.ctx, job)
	return nil
}

// runners says of each what it computes on here, its stack's version and choice of
// kernels and where it lies; or what is missing and the command that gets it.
func (v *listVerb) runners(context.Context) listing {
	l := listing{Name: "runners", Columns: []string{"runner", "computes on", "version", "kernels", "state"}}
	for _, s := range v.stacks {
		l.Rows = append(l.Rows, stackRows(s)...)
	}
	l.Rows = append(l.Rows, []string{"NAME", "anything", "", "", "yours  any program that speaks runners/PROTOCOL.md: joulemark run --external NAME=COMMAND"})
	return l
}

// stackRows are a runner's line, and one for each thing to know of it.
func stackRows(s measure.Stack) [][]string {
	var ids []string
	for _, d := range s.Devices {
		ids = append(ids, d.ID)
	}
	state := stateOf(s.Err)
	if s.Err == nil && s.About.Path != "" {
		state += "  " + s.About.Path
	}
	rows := [][]string{{s.Runner, dash(strings.Join(ids, " ")), dash(s.About.Version), dash(s.About.Kernel), state}}
	for _, n := range s.About.Notes {
		rows = append(rows, []string{s.Runner, "", "", "", "note  " + n})
	}
	return rows
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func (v *listVerb) devices(context.Context) listing {
	l := listing{Name: "devices", Columns: []string{"device", "runner", "kind", "name", "matched by"}}
	for _, s := range v.stacks {
		for _, d := range s.Devices {
			l.Rows = append(l.Rows, []string{d.ID, s.Runner, d.Kind, d.Name, dash(matchedBy(d))})
		}
	}
	return l
}

// matchedBy is what ties a device to its power sensors.
func matchedBy(d runners.Device) string {
	if d.Match == d.Kind { // "cpu": nothing to tell apart
		return ""
	}
	return d.Match
}
