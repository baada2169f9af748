package results

import "joulemark/results/joules"

// A PhaseIndex finds the spans that a sample's numbers come from.
type PhaseIndex struct {
	steps   *stepIndex
	standby map[worker][]int32 // standby rows of a worker in a trial
	workers map[stepKey]worker
	phases  []PhaseRow
}

// A worker serves the steps of one runner and device in one trial.
type worker struct {
	trial            int
	runner, deviceID string
}

// IndexPhases prepares the look-up; both may still grow, then index again.
func IndexPhases(p *Plan, phases []PhaseRow) *PhaseIndex {
	key := func(i int32) stepKey { return stepKey{phases[i].Trial, phases[i].Order} }
	x := &PhaseIndex{steps: newStepIndex(len(phases), key), standby: map[worker][]int32{},
		workers: make(map[stepKey]worker, len(p.Steps)), phases: phases}
	for _, s := range p.Steps {
		x.workers[stepKey{s.Trial, s.Order}] = worker{s.Trial, s.Runner, s.DeviceID}
	}
	for i, row := range phases {
		if row.Phase == PhaseStandby {
			w := x.workers[stepKey{row.Trial, row.Order}]
			x.standby[w] = append(x.standby[w], int32(i))
		}
	}
	return x
}

// Spans returns the spans of a step, zero where there is none: its window; the
// last idle of its trial before the window (a resumed trial may have several);
// the last standby before the window of the worker that served it, that is of
// the same trial, runner and device, since standby is taken once a worker.
func (x *PhaseIndex) Spans(trial, order int) (win, idle, standby joules.Span) {
	key := stepKey{trial, order}
	for _, i := range x.steps.of(key) {
		if x.phases[i].Phase == PhaseWindow {
			win = x.span(i)
		}
	}
	if !(win.Seconds() > 0) {
		return joules.Span{}, joules.Span{}, joules.Span{}
	}
	return win, x.lastBefore(x.steps.of(stepKey{trial, 0}), win.StartS), x.lastBefore(x.standby[x.workers[key]], win.StartS)
}

func (x *PhaseIndex) span(i int32) joules.Span {
	return joules.Span{StartS: x.phases[i].StartS, EndS: x.phases[i].EndS}
}

func (x *PhaseIndex) lastBefore(rows []int32, timeS float64) joules.Span {
	for k := len(rows) - 1; k >= 0; k-- {
		if x.phases[rows[k]].EndS <= timeS {
			return x.span(rows[k])
		}
	}
	return joules.Span{}
}
