package main

import (
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"

	"joulemark/bench/measure"
	"joulemark/workloads"
)

// printPlan writes the steps of one trial, which all trials have in other orders.
func printPlan(e *env, s *measure.Session) error {
	t := plainTable(table.Row{"step", "runner", "device", "workload"}, 1)
	for _, st := range s.Plan.Steps {
		if st.Trial > 1 {
			break
		}
		w, err := workloads.DecodeJSON(st.Workload)
		if err != nil {
			return err
		}
		device := st.DeviceID
		if device == "" {
			device = "n/a"
		}
		t.AppendRow(table.Row{st.Order, st.Runner, device, w.Name()})
	}
	fmt.Fprintln(e.stdout, t.Render())
	fmt.Fprintf(e.stderr, "\n%s x %s, about %s; nothing was measured or written\n", count(s.Missing/s.Plan.Trials, "step"), count(s.Plan.Trials, "trial"), short(s.Total))
	return nil
}
