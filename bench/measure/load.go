package measure

import (
	"context"
	"time"

	"joulemark/runners"
)

// A load is a worker under work without a gap: while one run request executes,
// the next already waits in the worker, so that the device never falls idle
// between warm-up, window and tail.
type load struct {
	worker  *runners.Worker
	perIter time.Duration  // of the latest result, for time limits and for planning
	first   runners.Result // of the warm-up; then the load goes on to the end of the last
	window  runners.Result
	last    runners.Result
	pauses  []runners.Result // between two results since the warm-up began; Iters is 0
}

// A queued request and how long it should take.
type queued struct {
	pending  *runners.Pending
	expected time.Duration
}

// submit queues a run of at least d and one iteration.
func (l *load) submit(d time.Duration) (queued, error) { return l.submitIters(d, 1) }

// submitIters queues a run of at least d and so many iterations.
func (l *load) submitIters(d time.Duration, iters int) (queued, error) {
	p, err := l.worker.Submit(d.Nanoseconds(), iters)
	return queued{p, max(d, time.Duration(iters)*l.perIter)}, err
}

// wait returns a request's result. Requests are waited for in the order they were
// submitted, so nothing is ahead of it.
func (l *load) wait(ctx context.Context, q queued) (runners.Result, error) {
	res, err := q.pending.Wait(ctx, q.expected)
	if err == nil {
		l.perIter = time.Duration((res.EndNS - res.StartNS) / int64(res.Iters))
		if l.first.Iters > 0 {
			l.pauses = append(l.pauses, runners.Result{StartNS: l.last.EndNS, EndNS: res.StartNS})
		}
		l.last = res
	}
	return res, err
}

// idle is how long the load paused within a window of the same clock.
func (l *load) idle(window runners.Result) (sum time.Duration) {
	for _, p := range l.pauses {
		sum += time.Duration(max(0, min(p.EndNS, window.EndNS)-max(p.StartNS, window.StartNS)))
	}
	return sum
}

// lastSet is the operand set of the last iteration: every run counts from 0.
func (l *load) lastSet(sets int) int { return (l.last.Iters - 1) % sets }
