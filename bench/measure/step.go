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
	crew     crew   // that it is measured in
	lane     *tiler // of phases.csv: a device of its own among those measured together
	lengths  lengths
	headline []joules.Domain

	phase         string // under way, for the phase row of a step that fails
	load          load
	info          runners.Info
	chunkQ        queued
	windowQ       queued
	tailQ         *queued
	window        joules.Span
	steady        results.Truth
	before, after machine.State
	watch         *machine.Watch     // of an accelerator, from before the window to its end
	seen          machine.CardWindow // what it saw
	between       time.Time          // when before was taken
	elapsedS      float64
	pause         time.Duration // of the load, between warm-up and window
	errorRatio    float64
	iterations    float64
}

// competing is the share of the CPUs that other processes took around the window.
func (s *step) competing() float64 {
	return machine.CompetingFraction(s.before, s.after, s.elapsedS)
}

// endPhase closes the phase under way at a moment of the run's clock.
func (s *step) endPhase(atS float64) error {
	_, err := s.lane.end(s.phase, s.plan.Trial, s.plan.Order, atS)
	return s.io(err)
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
	return nil
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
	return nil
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

// queueChunk submits a piece of the warm-up.
func (s *step) queueChunk() (err error) {
	s.chunkQ, err = s.load.submit(s.crew.chunk(s))
	return err
}

// queueWindow submits the window and, where gauges or other devices need it, the
// tail after it.
func (s *step) queueWindow(tail time.Duration) (err error) {
	s.before, s.between = machine.ReadState(s.job.SensorRoot, s.crew.groups(s)...), time.Now()
	s.windowQ, err = s.load.submit(s.lengths.window)
	if err == nil && tail > 0 {
		var t queued
		t, err = s.load.submit(tail)
		s.tailQ = &t
	}
	s.watchCard() // a look takes a while: the load is queued by now
	return err
}

// measure waits for the window. Its span is the worker's own two stamps exactly.
func (s *step) measure(ctx context.Context) error {
	loadedNS := s.load.last.EndNS
	res, err := s.load.wait(ctx, s.windowQ)
	if err != nil {
		return err
	}
	s.load.window = res
	s.boundary()
	s.pause = time.Duration(res.StartNS - loadedNS)
	s.after, s.elapsedS = machine.ReadState(s.job.SensorRoot, s.crew.groups(s)...), time.Since(s.between).Seconds()
	s.endWatch()
	s.window = joules.Span{StartS: s.clock.seconds(res.StartNS), EndS: s.clock.seconds(res.EndNS)}
	if err := s.endPhase(s.window.StartS); err != nil {
		return err
	}
	s.phase = results.PhaseWindow
	s.iterations = float64(res.Iters)
	err = s.endPhase(s.window.EndS)
	s.phase = results.PhaseTail // also where another of the crew fails in its window
	return err
}

// tail keeps the load on while averaging sensors still show the window, and while
// other devices are still in theirs.
func (s *step) tail(ctx context.Context) error {
	if s.tailQ == nil {
		return nil
	}
	_, err := s.load.wait(ctx, *s.tailQ)
	return err
}

// recheck compares the last output, and meanwhile lets every sensor give the
// reading behind the window that its joules need.
func (s *step) recheck(ctx context.Context) error {
	s.settle()
	return s.compare(ctx)
}
