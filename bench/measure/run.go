package measure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"joulemark/bench/power"
	"joulemark/results"
	"joulemark/results/joules"
	"joulemark/workloads"
)

// A run is one session of measuring a plan into a folder.
type run struct {
	job      *Job
	observer Observer
	plan     *results.Plan
	machine  *results.Machine
	folder   *results.Folder
	recorder *power.Recorder
	domains  []joules.Domain
	clock    clock
	tiler    tiler
	checker  *workloads.Checker
	idleSpan joules.Span
	cards    cards
	done     map[stepKey]bool
	session  int
	progress progress
	outcome  Outcome
}

type stepKey struct{ trial, order int }

// trials measures every step that has no row yet.
func (r *run) trials(ctx context.Context) error {
	for trial := 1; trial <= r.plan.Trials; trial++ {
		steps := r.missing(trial)
		if len(steps) == 0 {
			continue
		}
		if err := r.idle(ctx, trial); err != nil {
			return err
		}
		for _, group := range byRunner(steps) {
			if err := r.group(ctx, group); err != nil {
				return err
			}
		}
	}
	return r.idle(ctx, r.plan.Trials)
}

// missing are the steps of a trial that have no row.
func (r *run) missing(trial int) (out []results.PlanStep) {
	for _, s := range r.plan.Steps {
		if s.Trial == trial && !r.done[stepKey{s.Trial, s.Order}] {
			out = append(out, s)
		}
	}
	return out
}

// byRunner cuts steps where the runner changes: one worker lives at a time.
func byRunner(steps []results.PlanStep) (groups [][]results.PlanStep) {
	for i, s := range steps {
		if i == 0 || s.Runner != steps[i-1].Runner {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], s)
	}
	return groups
}

// group measures steps of one runner: those that stand alone in one worker, those of
// a crew in one a device.
func (r *run) group(ctx context.Context, steps []results.PlanStep) error {
	k := keepers{}
	defer k.close()
	for _, unit := range byGroup(steps) {
		if err := r.unit(ctx, k, unit); err != nil {
			return err
		}
	}
	return nil
}

// byGroup cuts steps into those that are measured at the same time.
func byGroup(steps []results.PlanStep) (units [][]results.PlanStep) {
	for i, s := range steps {
		if i > 0 && s.Group != "" && s.Group == steps[i-1].Group {
			units[len(units)-1] = append(units[len(units)-1], s)
			continue
		}
		units = append(units, []results.PlanStep{s})
	}
	return units
}

// unit measures steps at the same time and writes their rows, whatever they came to.
func (r *run) unit(ctx context.Context, k keepers, planned []results.PlanStep) error {
	c, err := r.newCrew(k, planned)
	if err != nil {
		return err
	}
	for _, s := range c {
		r.observer.Step(r.progress.event(r, s, nil))
	}
	started := time.Now()
	err = c.do(ctx)
	r.tiler.lastS = c[0].lane.lastS
	switch {
	case ctx.Err() != nil:
		k.kill()
		return ctx.Err()
	case errors.Is(err, errIO):
		return err
	}
	each := time.Since(started) / time.Duration(len(c))
	for i, err := range c.outcomes(err) {
		sample, rows := c[i].row(err)
		if err := r.write(sample, rows); err != nil {
			return err
		}
		r.progress.took(sample, each)
		r.observer.Step(r.progress.event(r, c[i], &sample))
	}
	return nil
}

// newCrew makes planned steps ready, each with its worker and its lane of phases.
func (r *run) newCrew(k keepers, planned []results.PlanStep) (crew, error) {
	c := make(crew, len(planned))
	names := make([]string, len(planned))
	for i, p := range planned {
		if len(planned) > 1 {
			names[i] = p.DeviceID
		}
	}
	k.only(names)
	for i, p := range planned {
		s, err := r.newStep(k.of(r.job, p.Runner, names[i]), p)
		if err != nil {
			return nil, err
		}
		lane := r.tiler
		s.crew, s.lane, c[i] = c, &lane, s
	}
	c.align()
	return c, nil
}

// write adds a step's rows to the folder: energy first, so that a sample that is
// there has everything it stands on.
func (r *run) write(s results.Sample, rows []results.EnergyRow) error {
	if err := r.recorderErr(); err != nil { // its readings are not on file
		return err
	}
	if err := r.io(r.folder.AddEnergy(rows)); err != nil {
		return err
	}
	if err := r.io(r.folder.AddSample(s)); err != nil {
		return err
	}
	r.done[stepKey{s.Trial, s.Order}] = true
	r.outcome.count(s)
	return nil
}

// idle takes the machine's power with no worker alive. Without meters it is skipped.
func (r *run) idle(ctx context.Context, trial int) error {
	length := r.idleLength()
	if length == 0 {
		return nil
	}
	r.observer.Note(fmt.Sprintf("idle power of the machine, %.3g s", length.Seconds()))
	if err := r.rest(ctx, length); err != nil {
		return err
	}
	span, err := r.tiler.end(results.PhaseIdle, trial, 0, r.clock.now())
	r.idleSpan = span
	return r.io(err)
}

// idleLength is the longest that any device's sensors need.
func (r *run) idleLength() (longest time.Duration) {
	for _, d := range r.plan.Devices {
		longest = max(longest, r.lengths(d).idle)
	}
	return longest
}

// rest waits with all sensors read at its end.
func (r *run) rest(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
	}
	r.boundary()
	return nil
}

// boundary reads every local meter now.
func (r *run) boundary() {
	if r.recorder != nil {
		r.recorder.Boundary()
	}
}

// lengths of the phases on a device.
func (r *run) lengths(d results.PlanDevice) lengths {
	headline, _ := r.machine.Covering(r.domains, d)
	return lengthsFor(r.job.Suite, headline, len(r.domains) > 0)
}

// series is what this session's sensors have given so far, by domain id.
func (r *run) series() map[string]*joules.Series {
	out := map[string]*joules.Series{}
	for i, d := range r.domains {
		out[d.ID()] = joules.NewSeries(d, r.recorder.Points(i))
	}
	return out
}

// meanPowerW of a step's headline domains over a span; NaN without them.
func (s *step) meanPowerW(span joules.Span) float64 {
	if len(s.headline) == 0 {
		return math.NaN()
	}
	sum := 0.0
	for i, d := range s.domains {
		if slices.ContainsFunc(s.headline, func(h joules.Domain) bool { return h.ID() == d.ID() }) {
			sum += joules.NewSeries(d, since(s.recorder.Points(i), span.StartS-recentS)).Energy(span).MeanPowerW
		}
	}
	return sum
}

// settle reads the sensors until no later reading can change the window's joules:
// what is written now is then what verify finds. A sensor that is gone counts as
// settled once it has been silent for long enough.
func (s *step) settle() {
	for deadline := time.Now().Add(settleMax); !s.final() && s.recorderErr() == nil && time.Now().Before(deadline); {
		time.Sleep(settleStep)
		s.boundary()
	}
}

const (
	settleStep = 5 * time.Millisecond
	settleMax  = 30 * time.Second // beyond the slowest sensor's gap limit and shift
)

func (s *step) final() bool {
	for i, d := range s.domains {
		if !joules.NewSeries(d, since(s.recorder.Points(i), s.window.StartS-recentS)).Final(s.window) {
			return false
		}
	}
	return true
}

// recentS is how far before a span its readings may begin; a judgement on warm-up
// needs no more, and a long run has millions.
const recentS = 5

// since is the tail of points that begins at a time.
func since(points []joules.Point, timeS float64) []joules.Point {
	first, _ := slices.BinarySearchFunc(points, timeS, func(p joules.Point, t float64) int { return cmp.Compare(p.TimeS, t) })
	return points[first:]
}

// io marks an error of our own files as the end of the run.
func (r *run) io(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", errIO, err)
}

func (r *run) recorderErr() error {
	if r.recorder == nil {
		return nil
	}
	return r.io(r.recorder.Err())
}
