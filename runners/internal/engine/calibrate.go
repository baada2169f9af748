package engine

import (
	"context"
	"time"
)

// Budgets of calibration, per step: enough work to time, little enough to wait
// for (a worker that starts with a product of 512² matrices is to be through with it in
// 60 ms). A step's chunks may be longer than that: then one a worker is timed.
const (
	warmFor   = 500 * time.Microsecond
	sampleFor = 2 * time.Millisecond
	repeatFor = 4 * time.Millisecond
)

// IterationS measures how long an iteration takes, in seconds, by doing pieces
// of it: chunks of every step, spread over the whole step, and where the sum is
// short then whole iterations over the real rotation of operands. A single short piece
// is never believed: another process may have had the processor meanwhile.
func (t *Task) IterationS() float64 {
	total := 0.0
	for i := range t.Steps {
		s := &t.Steps[i]
		first := t.pool.sample(s, warmFor)
		if s.Each && first > sampleFor.Seconds() {
			total += first // it was the whole step, and long enough
			continue
		}
		total += t.pool.sample(s, sampleFor)
	}
	for total < 2*repeatFor.Seconds() {
		n := max(int(repeatFor.Seconds()/total), 1)
		start := time.Now()
		_ = t.Run(context.Background(), 0, n) // fails by its context alone
		took := time.Since(start)
		each := max(took.Seconds(), 1e-9) / float64(n)
		switch {
		case took <= repeatFor/4: // far less than expected: the piece before was held up
			total = each
		case n == 1:
			return min(total, each)
		default:
			return each
		}
	}
	return total
}

// sample does chunks of s for about the budget, or all of them, and returns how many
// seconds all would take. A step of one chunk a worker is done as a whole.
func (p *Pool) sample(s *Step, budget time.Duration) float64 {
	start := time.Now()
	done := s.Chunks
	if s.Each {
		p.Run(s)
	} else {
		done = p.deal(s, spread(s.Chunks), func() bool { return time.Since(start) > budget })
	}
	return max(time.Since(start).Seconds(), 1e-9) * float64(s.Chunks) / float64(done)
}
