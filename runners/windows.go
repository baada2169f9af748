package runners

import (
	"context"
	"time"
)

// A Result is one window of work: [StartNS, EndNS] on ClockNS, both after the
// device had finished, and the iterations done in it, counted from 0. The output
// left behind is that of iteration Iters-1.
type Result struct {
	StartNS, EndNS int64
	Iters          int
}

// A Pending is a window that was asked for and may not have begun.
type Pending struct {
	worker *Worker
	req    *request
	result Result
}

// Submit asks for a window of at least minNS nanoseconds and minIters iterations
// and does not wait. Windows that are submitted while one runs follow it without
// a gap in the load.
func (w *Worker) Submit(minNS int64, minIters int) (*Pending, error) {
	p := &Pending{worker: w}
	var err error
	p.req, err = w.send(kindRun, func(h header) any { return runRequest{h, minNS, minIters} }, p.accept(minNS, minIters))
	if err != nil {
		return nil, err
	}
	return p, nil
}

// accept takes the answer: a window begins after it was asked for and after the
// one before it.
func (p *Pending) accept(minNS int64, minIters int) accept {
	return func(k kind, line []byte, sentNS, receivedNS int64) (err error) {
		afterNS := max(sentNS, p.worker.runEndNS)
		p.result, err = parseResult(k, line, minNS, minIters, afterNS, receivedNS)
		p.worker.runEndNS = p.result.EndNS
		return err
	}
}

// Wait returns the window once it has ended. Windows are waited for in the order
// of their submission; the limit, three times the expected duration plus 30 s by
// default, counts from this call.
func (p *Pending) Wait(ctx context.Context, expected time.Duration) (Result, error) {
	err := p.worker.await(ctx, p.req, p.worker.limits.run(expected))
	return p.result, err
}
