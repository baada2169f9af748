package measure

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"joulemark/bench/machine"
	"joulemark/results"
	"joulemark/results/joules"
	"joulemark/runners"
	"joulemark/workloads"
)

// errIO marks errors of our own files: they end the run, where all others become
// a row.
var errIO = errors.New("cannot go on")

// A step is one workload on one device in one trial, while it is measured.
type step struct {
	*run
	plan     results.PlanStep
	device   results.PlanDevice
	workload workloads.Workload
	keeper   *keeper
	lengths  lengths
	headline []joules.Domain

	phase         string // under way, for the phase row of a step that fails
	load          load
	info          runners.Info
	windowQ       queued
	tailQ         *queued
	window        joules.Span
	steady        results.Truth
	before, after machine.State
	between       time.Time // when before was taken
	elapsedS      float64
	pause         time.Duration // of the load, between warm-up and window
	errorRatio    float64
	iterations    float64
}

// competing is the share of the CPUs that other processes took around the window.
func (s *step) competing() float64 {
	return machine.CompetingFraction(s.before, s.after, s.elapsedS)
}

// do measures: each stage in turn, and nothing after the first that fails.
func (s *step) do(ctx context.Context) error {
	for _, stage := range []struct {
		phase string
		run   func(context.Context) error
	}{
		{results.PhasePrepare, s.prepare},
		{results.PhaseStandby, s.standby},
		{results.PhaseCheck, s.check},
		{results.PhaseWarmup, s.warmup},
		{results.PhaseWindow, s.measure},
		{results.PhaseTail, s.tail},
		{results.PhaseCheck, s.recheck},
	} {
		s.phase = stage.phase
		if err := stage.run(ctx); err != nil {
			return errors.Join(err, s.endPhaseNow())
		}
	}
	return nil
}

// endPhase closes the phase under way at a moment of the run's clock.
func (s *step) endPhase(atS float64) error {
	_, err := s.tiler.end(s.phase, s.plan.Trial, s.plan.Order, atS)
	return s.io(err)
}

// endPhaseNow closes the phase under way with a reading of every sensor.
func (s *step) endPhaseNow() error {
	s.boundary()
	return s.endPhase(s.clock.now())
}

func (s *step) prepare(ctx context.Context) error {
	if err := workloads.Computable(s.workload); err != nil { // no runner's answer could be checked
		return fmt.Errorf("%w: %w", runners.ErrUnsupported, err)
	}
	w, err := s.keeper.get(ctx)
	if err != nil {
		return err
	}
	if now := w.Hello().Version; s.device.ID != "" && now != s.device.RunnerVersion {
		return fmt.Errorf("%w: runner %s is version %q now and the plan says %q: start a new run", runners.ErrFailed, s.device.Runner, now, s.device.RunnerVersion)
	}
	s.load = load{worker: w}
	o := runners.Options{Seed: s.run.plan.Seed, Threads: s.run.plan.Threads, ISA: s.run.plan.ISA}
	if s.info, err = w.Prepare(ctx, s.device.ID, s.workload, o); err != nil {
		return err
	}
	if err := s.recordLibraries(); err != nil {
		return err
	}
	if iterS := 0.1 / s.info.ItersHint; iterS > s.job.Suite.IterationLimitS {
		return fmt.Errorf("%w: one iteration is predicted to take %.3g s, over the %.3g s of suite %s", runners.ErrUnsupported, iterS, s.job.Suite.IterationLimitS, s.job.Suite.Name)
	}
	s.load.perIter = seconds(0.1 / s.info.ItersHint)
	return s.endPhaseNow()
}

// standby is taken once a worker and device, prepared but without work: an open
// context alone can double the idle power of a card.
func (s *step) standby(ctx context.Context) error {
	if s.lengths.idle == 0 || s.keeper.standby[s.device.ID].Seconds() > 0 {
		return nil
	}
	if err := s.rest(ctx, s.lengths.idle); err != nil {
		return err
	}
	span, err := s.tiler.end(results.PhaseStandby, s.plan.Trial, s.plan.Order, s.clock.now())
	s.keeper.standby[s.device.ID] = span
	return s.io(err)
}

// check runs two iterations and compares the output: no time without a right answer.
// The first iteration works on set 0 and the second on set 1, so that a runner that
// never leaves its first set is caught here every time, and not by chance later.
func (s *step) check(ctx context.Context) error {
	q, err := s.load.submitIters(0, 2)
	if err != nil {
		return err
	}
	if _, err := s.load.wait(ctx, q); err != nil {
		return err
	}
	if err := s.compare(ctx); err != nil {
		return err
	}
	s.errorRatio = math.NaN() // the row speaks of the output of its window
	return s.endPhaseNow()
}

// compare asks for elements of the last output and holds them against the float64
// reference. Which elements is decided now, so that no runner can compute just those.
func (s *step) compare(ctx context.Context) error {
	points := s.checker.Points(s.workload, rand.Uint64())
	values, err := s.load.worker.Verify(ctx, points)
	if err != nil {
		return err
	}
	s.errorRatio, err = s.checker.Ratio(s.workload, s.load.lastSet(s.info.Sets), points, values)
	if err != nil {
		return err
	}
	if !(s.errorRatio <= 1) {
		return fmt.Errorf("%w: values wrong: the error is %.3g x what %s allows", runners.ErrFailed, s.errorRatio, s.workload.DType())
	}
	return nil
}

// warmup loads the device until speed, power and temperature are steady, for no
// less than the sensors need and no longer than the suite allows. It returns with
// the window already under way.
func (s *step) warmup(ctx context.Context) error {
	watch := steadiness{step: s, startS: s.clock.now()}
	q, err := s.load.submit(s.lengths.chunk)
	if err != nil {
		return err
	}
	for last := false; !last; {
		var next queued
		if last = watch.enough(q.expected); last {
			s.before, s.between = machine.ReadState(s.job.SensorRoot, s.keeper.worker.Group()), time.Now()
			next, err = s.queueWindow()
		} else {
			next, err = s.load.submit(s.lengths.chunk)
		}
		if err != nil {
			return err
		}
		res, err := s.load.wait(ctx, q)
		if err != nil {
			return err
		}
		watch.add(res)
		q = next
	}
	s.windowQ, s.steady = q, watch.verdict()
	s.boundary()
	return nil
}

// queueWindow submits the window and, where gauges need it, the tail after it.
func (s *step) queueWindow() (queued, error) {
	w, err := s.load.submit(s.lengths.window)
	if err != nil || s.lengths.tail == 0 {
		return w, err
	}
	t, err := s.load.submit(s.lengths.tail)
	s.tailQ = &t
	return w, err
}

// measure waits for the window. Its span is the worker's own two stamps exactly.
func (s *step) measure(ctx context.Context) error {
	loadedNS := s.load.last.EndNS
	res, err := s.load.wait(ctx, s.windowQ)
	if err != nil {
		return err
	}
	s.boundary()
	s.pause = time.Duration(res.StartNS - loadedNS)
	s.after, s.elapsedS = machine.ReadState(s.job.SensorRoot, s.keeper.worker.Group()), time.Since(s.between).Seconds()
	s.window = joules.Span{StartS: s.clock.seconds(res.StartNS), EndS: s.clock.seconds(res.EndNS)}
	s.phase = results.PhaseWarmup
	if err := s.endPhase(s.window.StartS); err != nil {
		return err
	}
	s.phase = results.PhaseWindow
	s.iterations = float64(res.Iters)
	return s.endPhase(s.window.EndS)
}

// tail keeps the load on while averaging sensors still show the window.
func (s *step) tail(ctx context.Context) error {
	if s.tailQ == nil {
		return nil
	}
	if _, err := s.load.wait(ctx, *s.tailQ); err != nil {
		return err
	}
	return s.endPhaseNow()
}

// recheck compares the last output, and meanwhile lets every sensor give the
// reading behind the window that its joules need.
func (s *step) recheck(ctx context.Context) error {
	s.settle()
	if err := s.compare(ctx); err != nil {
		return err
	}
	return s.endPhaseNow()
}
