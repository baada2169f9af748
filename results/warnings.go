package results

import (
	"fmt"
	"math"

	"joulemark/results/joules"
)

// idleDriftPct is how far the idle power may move over a run before readers are
// told: more means that something else ran, or that the machine is still warming.
const idleDriftPct = 5

// Warnings are what a reader of a run's numbers should know beside them.
func Warnings(r *Run) []string {
	out := idleDrift(r)
	out = append(out, disagreements(r)...)
	void, unsteady := 0, 0
	for _, s := range r.Samples {
		if s.Status == Void {
			void++
		}
		if s.Steady == False {
			unsteady++
		}
	}
	out = append(out, withoutJoules(r)...)
	if void > 0 {
		out = append(out, fmt.Sprintf("%d of %d rows are void: the reasons stand in samples.csv, status_reason", void, len(r.Samples)))
	}
	if unsteady > 0 {
		out = append(out, fmt.Sprintf("%d of %d windows began before speed, power and temperature were steady", unsteady, len(r.Samples)))
	}
	return out
}

// withoutJoules tells why rows that were measured have no joules although a sensor
// was read, each reason once.
func withoutJoules(r *Run) (out []string) {
	seen := map[string]int{}
	for _, s := range r.Samples {
		if s.Status == OK && s.StatusReason != "" {
			if seen[s.StatusReason]++; seen[s.StatusReason] == 1 {
				out = append(out, s.StatusReason)
			}
		}
	}
	for i, reason := range out {
		out[i] = fmt.Sprintf("%d of %d rows: %s", seen[reason], len(r.Samples), reason)
	}
	return out
}

// idleDrift compares the first and the last idle phase of each headline domain.
func idleDrift(r *Run) (out []string) {
	var idle []joules.Span
	for _, p := range r.Phases {
		if p.Phase == PhaseIdle {
			idle = append(idle, joules.Span{StartS: p.StartS, EndS: p.EndS})
		}
	}
	if len(idle) < 2 {
		return nil
	}
	for _, d := range r.Machine.Domains {
		s := joules.NewSeries(d, r.Points[d.ID()])
		first, last := s.Energy(idle[0]).MeanPowerW, s.Energy(idle[len(idle)-1]).MeanPowerW
		if drift := 100 * (last/first - 1); math.Abs(drift) > idleDriftPct && d.Scope.Class() != "" {
			out = append(out, fmt.Sprintf("idle power of %s moved by %+.0f %% over the run (%.3g to %.3g W)", d.ID(), drift, first, last))
		}
	}
	return out
}
