package runners

import (
	"context"
	"fmt"
	"math"
)

const (
	// hintNS is the span that Info.ItersHint counts iterations in.
	hintNS = 100e6
	// batchNS is how long a call of Task.Run should take: the device drains at its
	// end, about 10 µs that 15 ms make invisible (under 0.1 %), and a window can
	// overshoot by little.
	batchNS = 15e6
	// growth bounds how much longer a batch may be than the longest before it: the
	// first ones after prepare are cold, and a hint may be wrong.
	growth = 4
)

// run is one window. Each counts its iterations from 0.
func (s *session) run(r runRequest) (any, error) {
	if s.task == nil {
		return nil, fmt.Errorf("%w: nothing is prepared: send prepare before run", ErrFailed)
	}
	if r.MinNS < 0 || r.MinIters < 0 {
		return nil, fmt.Errorf("%w: min_ns %d or min_iters %d is negative", ErrFailed, r.MinNS, r.MinIters)
	}
	s.hush.begin(s.task.Info().Threads)
	startNS, endNS, iters, err := s.loop(r.MinNS, max(1, r.MinIters))
	if err != nil {
		return nil, err
	}
	s.ran = true
	return resultAnswer{header{kindResult, r.ID}, &startNS, &endNS, &iters}, nil
}

// loop runs batches until both minima are reached. Time is read after Run has
// returned only, which is after the device has finished.
func (s *session) loop(minNS int64, minIters int) (startNS, endNS int64, done int, err error) {
	startNS = s.now()
	endNS = startNS
	for done < minIters || endNS-startNS < minNS || endNS == startNS {
		if err := context.Cause(s.ctx); err != nil {
			return 0, 0, 0, fmt.Errorf("%w: the conductor is gone: %w", ErrFailed, err)
		}
		left := max(float64(minNS-(endNS-startNS)), s.iterNS*float64(minIters-done))
		n := batch(s.iterNS, s.most, min(batchNS, left))
		if err := s.task.Run(s.ctx, done, n); err != nil {
			return 0, 0, 0, err
		}
		now := s.now()
		s.iterNS = max(1, float64(now-endNS)/float64(n))
		s.most = max(s.most, n*growth)
		done, endNS = done+n, now
	}
	return startNS, endNS, done, nil
}

// batch is how many iterations of iterNS fill wantNS, from 1 to most; 1 while an
// iteration's time is unknown.
func batch(iterNS float64, most int, wantNS float64) int {
	if iterNS <= 0 {
		return 1
	}
	return max(1, min(most, int(math.Ceil(wantNS/iterNS))))
}
