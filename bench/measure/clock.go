package measure

import (
	"time"

	"joulemark/results"
	"joulemark/results/joules"
	"joulemark/runners"
)

// A clock gives seconds on the run's clock: CLOCK_MONOTONIC minus an origin.
type clock struct{ originNS int64 }

func (c clock) seconds(ns int64) float64 { return float64(ns-c.originNS) / 1e9 }

func (c clock) now() float64 { return c.seconds(runners.ClockNS()) }

// newSession begins a life of the conductor. The first has its origin at now; a
// later one lets the run's clock go on with the wall time that has passed, so
// that power.csv and phases.csv stay in order over reboots.
func newSession(run *results.Run, bootID, software string) (results.Session, clock) {
	now, wall := runners.ClockNS(), time.Now().UTC()
	start := 0.0
	if run != nil {
		if began, err := time.Parse(time.RFC3339Nano, run.Machine.StartedAt); err == nil {
			start = wall.Sub(began).Seconds()
		}
		start = max(start, lastTime(run)+1)
	}
	c := clock{originNS: now - int64(start*1e9)}
	return results.Session{BootID: bootID, OriginS: float64(c.originNS) / 1e9, StartS: c.seconds(now), StartedAt: wall.Format(time.RFC3339Nano), Software: software}, c
}

// lastTime is the latest moment that a run folder knows.
func lastTime(run *results.Run) (last float64) {
	for _, p := range run.Phases {
		last = max(last, p.EndS)
	}
	for _, points := range run.Points {
		if n := len(points); n > 0 {
			last = max(last, points[n-1].TimeS)
		}
	}
	return last
}

// A tiler writes phases.csv. A phase begins where the one before ended, so that
// phases tile a session without gap or overlap; only ends are ever given.
type tiler struct {
	folder *results.Folder
	runID  string
	lastS  float64
}

// end closes a phase and returns its span. An empty one is not written.
func (t *tiler) end(phase string, trial, order int, endS float64) (joules.Span, error) {
	span := joules.Span{StartS: t.lastS, EndS: max(endS, t.lastS)}
	if span.Seconds() <= 0 {
		return span, nil
	}
	t.lastS = span.EndS
	return span, t.folder.AddPhase(results.PhaseRow{RunID: t.runID, Trial: trial, Order: order, Phase: phase, StartS: span.StartS, EndS: span.EndS})
}
