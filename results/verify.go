package results

import (
	"joulemark/results/joules"
	"joulemark/workloads"
)

// Verify recomputes a run folder from its raw readings and names every cell that
// does not follow from them, in the order plan, machine, phases, readings,
// samples, energy, summary, hashes. An error means that a file cannot be read at
// all; it names file, row and column. Without findings other than notes the
// folder is whole.
func Verify(dir string) ([]Finding, error) {
	run, err := Open(dir)
	if err != nil {
		return nil, err
	}
	return run.Verify()
}

// Verify is Verify of a folder that is open already.
func (r *Run) Verify() ([]Finding, error) {
	v := newVerifier(r)
	v.plan()
	v.machine()
	v.phases()
	v.samples()
	v.energy()
	if err := v.summary(); err != nil {
		return nil, err
	}
	if err := v.hashes(); err != nil {
		return nil, err
	}
	return v.findings, nil
}

// A verifier holds what the checks share.
type verifier struct {
	run      *Run
	findings []Finding
	counts   map[string]int // findings of a file and column, to stop at maxRowFindings

	steps   map[stepKey]*PlanStep
	works   map[stepKey]workloads.Workload
	groups  planGroups
	devices map[[2]string]PlanDevice // by runner and id
	index   *PhaseIndex
	series  []map[string]*joules.Series // by session: the domains that it has readings of

	sampleRow  map[stepKey]int // first row of each step in samples.csv, as a spreadsheet counts
	energyRows *energyIndex
	onEnergy   []Finding
}

func newVerifier(run *Run) *verifier {
	v := &verifier{
		run: run, findings: run.findings, counts: map[string]int{},
		steps: map[stepKey]*PlanStep{}, works: map[stepKey]workloads.Workload{},
		devices: map[[2]string]PlanDevice{}, series: seriesOf(run),
		sampleRow: map[stepKey]int{}, energyRows: indexEnergy(run.Energy),
		index: IndexPhases(run.Plan, run.Phases), groups: groupsOf(run.Plan),
	}
	for _, d := range run.Plan.Devices {
		v.devices[[2]string{d.Runner, d.ID}] = d
	}
	return v
}

// seriesOf gives the readings of every session, as the loop that measured saw
// them: a session has the domains that it read.
func seriesOf(run *Run) []map[string]*joules.Series {
	sessions := make([]map[string]*joules.Series, max(1, len(run.Machine.Sessions)))
	for i := range sessions {
		sessions[i] = map[string]*joules.Series{}
	}
	for _, d := range run.Machine.Domains {
		points := run.Points[d.ID()]
		whole := joules.NewSeries(d, points)
		for i, p := range points {
			if i == 0 || p.Session != points[i-1].Session {
				sessions[p.Session][d.ID()] = whole
			}
		}
	}
	return sessions
}

// find reports a fault.
func (v *verifier) find(file string, row int, column, message string) {
	v.add(Finding{File: file, Row: row, Column: column, Message: message})
}

// stopped reports what is a fault in a finished run and a note in one that was stopped.
func (v *verifier) stopped(file string, row int, column, message string) {
	v.add(Finding{File: file, Row: row, Column: column, Message: message, Note: !v.run.Machine.Finished})
}

func (v *verifier) add(f Finding) {
	place := f.File + " " + f.Column
	switch v.counts[place]++; {
	case v.counts[place] <= maxRowFindings:
		v.findings = append(v.findings, f)
	case v.counts[place] == maxRowFindings+1:
		v.findings = append(v.findings, Finding{File: f.File, Column: f.Column, Message: "more rows like these are not named", Note: f.Note})
	}
}
