package results

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// tileTolerance in seconds: phases are written from nanoseconds, and a second of
// a year-long clock still has a finer float64 than this.
const tileTolerance = 2e-9

// places of the phases within a step; check stands before and after the work.
var phasePlace = map[string]int{
	PhasePrepare: 1, PhaseStandby: 2, PhaseCheck: 3, PhaseWarmup: 4, PhaseWindow: 5, PhaseTail: 6,
}

const closingCheck = 7

// phases checks that the phases of a trial tile it: each begins where the one
// before ends, in the order of the work, and none overlap. Steps measured together
// have a lane each, and every lane tiles by itself.
func (v *verifier) phases() {
	last := map[stepKey]int{}
	lanes := phaseLanes{}
	for i, p := range v.run.Phases {
		n := i + 2
		v.phaseCells(n, &p)
		key := stepKey{p.Trial, p.Order}
		if p.Order != 0 {
			last[key] = v.phaseOrder(n, &p, last[key])
		}
		group := ""
		if step := v.steps[key]; step != nil {
			group = step.Group
		}
		for _, before := range lanes.before(&v.run.Phases[i], group) {
			v.phaseJoin(n, before, &p)
		}
	}
}

// phaseLanes follows the rows of phases.csv: one lane, or one a step within a group.
type phaseLanes struct {
	base  *PhaseRow         // last row before the group
	group string            // "" = none
	last  map[int]*PhaseRow // of each lane of the group, by order
}

// before are the rows that p must join: the one before it in its lane; after a group
// the last of every lane, since all lanes end together.
func (l *phaseLanes) before(p *PhaseRow, group string) (rows []*PhaseRow) {
	if group != l.group {
		rows = slices.Collect(maps.Values(l.last))
		if len(rows) > 0 {
			l.base = rows[0]
		}
		l.group, l.last = group, map[int]*PhaseRow{}
	}
	if group == "" {
		if len(rows) == 0 && l.base != nil {
			rows = []*PhaseRow{l.base}
		}
		l.base = p
		return rows
	}
	if lane := l.last[p.Order]; lane != nil {
		rows = []*PhaseRow{lane}
	} else if len(rows) == 0 && l.base != nil {
		rows = []*PhaseRow{l.base}
	}
	l.last[p.Order] = p
	return rows
}

func (v *verifier) phaseCells(n int, p *PhaseRow) {
	file, key := phasesTable.File, stepKey{p.Trial, p.Order}
	if p.RunID != v.run.Plan.RunID {
		v.find(file, n, "run_id", differs(p.RunID, v.run.Plan.RunID, PlanFile))
	}
	switch {
	case p.Phase != PhaseIdle && phasePlace[p.Phase] == 0:
		v.find(file, n, "phase", fmt.Sprintf("%q is no phase", shorten(p.Phase)))
	case (p.Phase == PhaseIdle) != (p.Order == 0):
		v.find(file, n, "order", fmt.Sprintf("order %d with phase %s: idle and only idle has order 0", p.Order, p.Phase))
	case p.Order == 0 && (p.Trial < 1 || p.Trial > v.run.Plan.Trials):
		v.find(file, n, "trial", fmt.Sprintf("trial %d is none of the %d planned", p.Trial, v.run.Plan.Trials))
	case p.Order != 0 && v.steps[key] == nil:
		v.find(file, n, "order", fmt.Sprintf("%s has no step with trial %d order %d", PlanFile, p.Trial, p.Order))
	}
	if math.IsNaN(p.StartS) || math.IsNaN(p.EndS) || p.EndS < p.StartS {
		v.find(file, n, "end_s", "the phase ends before it begins")
	}
}

// phaseOrder checks a row's place in its step and returns it.
func (v *verifier) phaseOrder(n int, p *PhaseRow, before int) int {
	at := phasePlace[p.Phase]
	if p.Phase == PhaseCheck && before >= phasePlace[PhaseCheck] {
		at = closingCheck
	}
	if at != 0 && at <= before {
		v.find(phasesTable.File, n, "phase", fmt.Sprintf("%s comes here for trial %d order %d after a later phase or twice", p.Phase, p.Trial, p.Order))
	}
	return max(at, before)
}

// phaseJoin checks where two rows meet. Time may lie between them only between
// trials, between steps of a run that was resumed (one that failed may have been
// taken out, to be measured again) and where one session ended and another began:
// a trial that was stopped in its idle phase has a second one.
func (v *verifier) phaseJoin(n int, a, b *PhaseRow) {
	gap := b.StartS - a.EndS
	sameStep := a.Trial == b.Trial && a.Order == b.Order
	switch {
	case gap < -tileTolerance:
		v.find(phasesTable.File, n, "start_s", fmt.Sprintf("the phase overlaps the one before it by %.3g s", -gap))
	case gap <= tileTolerance || a.Trial != b.Trial:
	case !sameStep && len(v.run.Machine.Sessions) > 1:
	case v.run.Machine.session(a.EndS) != v.run.Machine.session(b.StartS):
	default:
		v.find(phasesTable.File, n, "start_s", fmt.Sprintf("%.3g s before the phase belong to none", gap))
	}
}
