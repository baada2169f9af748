package measure

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"joulemark/bench/machine"
	"joulemark/bench/power"
	"joulemark/results"
	"joulemark/workloads"
)

// Run measures what is missing. A context that ends is no error: the run is then
// a valid, shorter one and Outcome says that it was interrupted.
func (s *Session) Run(ctx context.Context) (out Outcome, err error) {
	if err := s.Claim(); err != nil {
		return Outcome{Dir: s.Dir()}, err
	}
	r := s.newRun()
	if len(r.plan.Steps) == len(r.done) {
		r.outcome.NothingToDo = true
		return r.outcome, s.folder.Finish() // what resuming has removed
	}
	r.begin(s)
	if err = r.openFiles(s); err == nil {
		err = r.trials(ctx)
	}
	if ctx.Err() != nil && !errors.Is(err, errIO) {
		r.outcome.Interrupted, err = true, nil
	}
	if closing := r.finish(err == nil); err == nil {
		err = closing // else what ended the run says more
	}
	return r.outcome, err
}

// newRun puts the parts of a session together.
func (s *Session) newRun() *run {
	r := &run{job: s.job, observer: s.observer, plan: s.Plan, machine: s.Machine, folder: s.folder,
		checker: workloads.NewChecker(s.Plan.Seed), done: map[stepKey]bool{}, outcome: Outcome{Dir: s.Dir(), RecorderCPU: math.NaN()}}
	if s.previous != nil {
		for _, row := range s.previous.Samples {
			r.done[stepKey{row.Trial, row.Order}] = true
			r.outcome.tally(row)
		}
	}
	r.progress = newProgress(s, len(r.done))
	return r
}

// begin opens a session on the run's clock.
func (r *run) begin(s *Session) {
	session, c := newSession(s.previous, machine.BootID(), s.job.Software)
	r.clock, r.session = c, len(r.machine.Sessions)
	if len(r.machine.Sessions) == 0 { // also of a run that was stopped before its first
		r.machine.StartedAt, r.machine.MonotonicOriginS = session.StartedAt, session.OriginS
	}
	r.machine.Sessions = append(r.machine.Sessions, session)
}

// Claim takes the run folder of a new run, so that one that cannot be had is told
// before anything else. Run calls it if nobody did.
func (s *Session) Claim() (err error) {
	if s.folder == nil {
		s.folder, err = results.Create(s.Dir(), s.Plan, s.Machine)
	}
	return err
}

// openFiles writes plan.json and machine.json first and starts the recorder.
func (r *run) openFiles(s *Session) error {
	if err := errors.Join(s.folder.WritePlan(s.Plan), s.folder.WriteMachine(s.Machine)); err != nil {
		return err
	}
	if meters := s.meters(); len(meters) > 0 {
		s.Meters = nil // the recorder owns and closes them
		for _, m := range meters {
			r.domains = append(r.domains, m.Domains()...)
		}
		r.recorder = power.Start(meters, power.Options{OriginNS: r.clock.originNS, Session: r.session, Sink: r.sink})
		r.boundary() // so that the first phase has a reading before it
	}
	r.tiler = tiler{folder: s.folder, runID: s.Plan.RunID, lastS: r.clock.now()}
	return nil
}

// sink streams readings to power.csv.
func (r *run) sink(batch []power.Record) error {
	rows := make([]results.PowerRow, len(batch))
	for i, b := range batch {
		rows[i] = results.NewPowerRow(r.plan.RunID, r.domains[b.Domain], b.Point)
	}
	return r.folder.AddPower(rows)
}

// finish stops the recorder, says what it cost and closes the books: summary and
// hashes are made also of a run that was stopped, but not of one whose files can
// no longer be written (whole = false).
func (r *run) finish(whole bool) error {
	var errs []error
	if r.recorder != nil {
		r.outcome.RecorderCPU = r.recorder.CPUFraction()
		errs = append(errs, r.recorder.Stop())
		if f := r.outcome.RecorderCPU; !math.IsNaN(f) {
			r.machine.Sessions[r.session].RecorderCPU = &f
		}
	}
	r.cards.done()
	r.machine.Finished = len(r.done) == len(r.plan.Steps)
	errs = append(errs, r.folder.WriteMachine(r.machine))
	if whole {
		errs = append(errs, r.folder.Finish())
	}
	return errors.Join(errs...)
}

// count adds a row written now; tally one of an earlier session.
func (o *Outcome) count(s results.Sample) { o.Rows++; o.tally(s) }

func (o *Outcome) tally(s results.Sample) {
	switch s.Status {
	case results.Failed:
		o.Failed++
	case results.OK, results.Void:
		o.Measured++
	}
}

// A progress expects how long the rest of a run takes.
type progress struct {
	done, total int
	perStep     time.Duration // what is planned
	spent       time.Duration // by the steps measured so far
	measured    int
}

// overhead of a step beside its phases: worker, operands and references.
const overhead = 2 * time.Second

func newProgress(s *Session, done int) progress {
	return progress{done: done, total: len(s.Plan.Steps), perStep: s.perStep()}
}

// perStep is what a step is planned to take on average.
func (s *Session) perStep() time.Duration {
	var sum time.Duration
	for _, d := range s.Plan.Devices {
		headline, _ := s.Machine.Covering(s.Machine.Domains, d)
		l := lengthsFor(s.job.Suite, headline, len(s.Machine.Domains) > 0)
		sum += l.warmupMax + l.window + l.tail + overhead
	}
	return sum / time.Duration(len(s.Plan.Devices))
}

// forecast fills what the plan line says.
func (s *Session) forecast() {
	s.Missing = len(s.Plan.Steps)
	if s.previous != nil {
		s.Missing -= len(s.previous.Samples)
	}
	s.Total = s.perStep() * time.Duration(s.Missing)
}

// took learns from a step how long the others may last.
func (p *progress) took(row results.Sample, d time.Duration) {
	p.done++
	if row.Status == results.OK || row.Status == results.Void {
		p.measured, p.spent = p.measured+1, p.spent+d
	}
}

func (p *progress) event(r *run, s *step, row *results.Sample) Progress {
	each := p.perStep
	if p.measured > 0 {
		each = p.spent / time.Duration(p.measured)
	}
	return Progress{Done: p.done, Total: p.total, Step: s.plan, Workload: s.workload, Sample: row, Left: each * time.Duration(p.total-p.done)}
}

// String says what a run came to in a line.
func (o Outcome) String() string {
	return fmt.Sprintf("%d rows written, %d of the run measured, %d failed", o.Rows, o.Measured, o.Failed)
}
