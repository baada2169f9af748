package main

import (
	"context"
	"fmt"
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
// kernels and where it lies; or what is missing and the command that gets it. For
// programs each has one record, for people a line a thing to know.
func (v *listVerb) runners(context.Context) listing {
	const yours = "any program that speaks runners/PROTOCOL.md: joulemark run --external NAME=COMMAND"
	if v.JSON {
		l := listing{Name: "runners", Columns: []string{"runner", "computes on", "state", "version", "kernels", "path", "notes"}}
		for _, s := range v.stacks {
			l.Rows = append(l.Rows, []string{s.Runner, deviceIDs(s), stateOf(s.Err), s.About.Version, s.About.Kernel, s.About.Path, strings.Join(s.About.Notes, "; ")})
		}
		return l
	}
	l := listing{Name: "runners", Columns: []string{"runner", "computes on", "state"}}
	for _, s := range v.stacks {
		l.Rows = append(l.Rows, stackRows(s)...)
	}
	l.Rows = append(l.Rows, []string{"NAME", "anything", "yours    " + yours})
	return l
}

// stackRows are a runner's lines.
func stackRows(s measure.Stack) [][]string {
	state := stateOf(s.Err)
	if s.Err == nil && s.About.Version != "" {
		state = "ready    " + s.About.Version
	}
	rows := [][]string{{s.Runner, dash(deviceIDs(s)), state}}
	more := func(word, text string) {
		if text != "" {
			rows = append(rows, []string{"", "", fmt.Sprintf("%-8s %s", word, text)})
		}
	}
	more("at", s.About.Path)
	more("kernels", s.About.Kernel)
	for _, n := range s.About.Notes {
		more("note", n)
	}
	return rows
}

func deviceIDs(s measure.Stack) string {
	var ids []string
	for _, d := range s.Devices {
		ids = append(ids, d.ID)
	}
	return strings.Join(ids, " ")
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
