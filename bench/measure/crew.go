package measure

import (
	"context"
	"errors"
	"fmt"
	"time"

	"joulemark/results"
	"joulemark/runners"
)

// A crew is the steps that are measured at the same time: one, or with --together
// one on each device of a kind. Every device has a worker of its own, and its own
// exact window; each window lies wholly within the load of all the others.
type crew []*step

// do measures: each stage for the whole crew, and nothing after the first that fails.
// The error is a crewError where a step is to blame.
func (c crew) do(ctx context.Context) error {
	defer c.endWatches()
	for _, stage := range []struct {
		phase string
		run   func(context.Context) error
		own   bool // closes its phases itself
	}{
		{results.PhasePrepare, c.each((*step).prepare), false},
		{results.PhaseStandby, c.standby, true},
		{results.PhaseCheck, c.each((*step).check), false},
		{results.PhaseWarmup, c.warmup, true},
		{results.PhaseWarmup, c.each((*step).measure), true}, // until a window's result has come nobody knows where it began
		{results.PhaseTail, c.each((*step).tail), false},
		{results.PhaseCheck, c.each((*step).recheck), false},
	} {
		for _, s := range c {
			s.phase = stage.phase
		}
		if stage.phase == results.PhaseTail && c[0].tailQ == nil {
			continue
		}
		err := stage.run(ctx)
		if err != nil || !stage.own {
			err = errors.Join(err, c.endPhase())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// A crewError is what one step of a crew came to, and with it all.
type crewError struct {
	step *step
	err  error
}

func (e crewError) Error() string { return e.err.Error() }
func (e crewError) Unwrap() error { return e.err }

// each does a stage for one step after the other. What they have queued goes on
// meanwhile.
func (c crew) each(stage func(*step, context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		for _, s := range c {
			if err := stage(s, ctx); err != nil {
				return crewError{s, err}
			}
		}
		return nil
	}
}

// endPhase closes the phase under way of all lanes at one moment, with a reading of
// every sensor.
func (c crew) endPhase() error {
	c[0].boundary()
	now := c[0].clock.now()
	for _, s := range c {
		now = max(now, s.lane.lastS)
	}
	for _, s := range c {
		if err := s.endPhase(now); err != nil {
			return err
		}
	}
	return nil
}

// endWatches ends those of a step that failed in its window.
func (c crew) endWatches() {
	for _, s := range c {
		s.endWatch()
	}
}

// standby is taken once a worker and device, prepared but without work: an open
// context alone can double the idle power of a card.
func (c crew) standby(ctx context.Context) error {
	need := false
	var length time.Duration
	for _, s := range c {
		need = need || !(s.keeper.standby[s.device.ID].Seconds() > 0)
		length = max(length, s.lengths.idle)
	}
	if length == 0 || !need {
		return nil
	}
	if err := c[0].rest(ctx, length); err != nil {
		return err
	}
	now := c[0].clock.now()
	for _, s := range c {
		span, err := s.lane.end(results.PhaseStandby, s.plan.Trial, s.plan.Order, now)
		s.keeper.standby[s.device.ID] = span
		if err != nil {
			return s.io(err)
		}
	}
	return nil
}

// warmup loads all devices until the speed, power and temperature of each are
// steady, for no less than the sensors need and no longer than the suite allows. It
// returns with the windows already under way.
func (c crew) warmup(ctx context.Context) error {
	watches := make([]steadiness, len(c))
	for i, s := range c {
		watches[i] = steadiness{step: s, startS: s.clock.now()}
		if err := s.queueChunk(); err != nil {
			return crewError{s, err}
		}
	}
	for last := false; !last; {
		last = true
		for i, s := range c {
			last = watches[i].enough(s.chunkQ.expected) && last
		}
		if err := c.next(ctx, watches, last); err != nil {
			return err
		}
	}
	for i, s := range c {
		s.steady = watches[i].verdict()
	}
	c[0].boundary()
	return nil
}

// next queues more load on every device, the window if this is the end of warm-up,
// before it waits for what is under way.
func (c crew) next(ctx context.Context, watches []steadiness, window bool) error {
	under := make([]queued, len(c))
	for i, s := range c {
		under[i] = s.chunkQ
		queue := s.queueChunk
		if window {
			queue = func() error { return s.queueWindow(c.tail()) }
		}
		if err := queue(); err != nil {
			return crewError{s, err}
		}
	}
	for i, s := range c {
		res, err := s.load.wait(ctx, under[i])
		if err != nil {
			return crewError{s, err}
		}
		if s.load.first.Iters == 0 {
			s.load.first = res
		}
		watches[i].add(res)
	}
	return nil
}

// outcomes are the errors of the steps: the one to blame keeps its own, and the
// others say that they could not be measured without it.
func (c crew) outcomes(err error) []error {
	out := make([]error, len(c))
	var blame crewError
	if err == nil {
		return out
	}
	for i, s := range c {
		out[i] = err
		if errors.As(err, &blame) && blame.step != s {
			out[i] = fmt.Errorf("%w: together with %s, which came to: %s", classOf(err), blame.step.device.ID, reasonOf(blame.Error()))
		}
	}
	return out
}

func classOf(err error) error {
	for _, class := range []error{runners.ErrUnavailable, runners.ErrUnsupported} {
		if errors.Is(err, class) {
			return class
		}
	}
	return runners.ErrFailed
}
