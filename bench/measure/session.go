package measure

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"time"

	"joulemark/bench/machine"
	"joulemark/bench/power"
	"joulemark/results"
	"joulemark/results/joules"
	"joulemark/workloads"
)

// A Session is a run made ready: the machine described, sensors open, devices
// found and every step planned, but nothing measured and, for a new run, nothing
// written. Close it in any case.
type Session struct {
	Plan    *results.Plan
	Machine *results.Machine
	Info    machine.Info
	Meters  []power.Found
	Total   time.Duration // expected length of what is left to do
	Missing int           // steps without a row
	Notes   []string      // what the user should know of the runners

	job      *Job
	observer Observer
	previous *results.Run // on resume
	folder   *results.Folder
	closers  []func()
}

// Prepare makes a new run ready. dryRun takes no lock.
func Prepare(ctx context.Context, job *Job, observer Observer, dryRun bool) (*Session, error) {
	s := &Session{job: job, observer: observer}
	if err := s.open(dryRun); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.makePlan(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.forecast()
	return s, nil
}

// open takes the machine and opens its sensors.
func (s *Session) open(dryRun bool) error {
	if !dryRun && !s.job.ShareMachine {
		release, err := lockMachine()
		if err != nil {
			return err
		}
		s.closers = append(s.closers, release)
	}
	s.Info = machine.Describe(s.job.SensorRoot)
	meters, err := power.OpenAll(power.Config{Root: s.job.SensorRoot}, s.job.Meters)
	var unknown *power.UnknownMeterError
	if errors.As(err, &unknown) {
		return fmt.Errorf("no meter %q%s (joulemark list meters)", unknown.Name, workloads.DidYouMean(unknown.Name, unknown.Known))
	}
	if err != nil {
		return err
	}
	s.Meters = meters
	for _, m := range meters {
		if m.Err != nil && s.job.addressed(m.Name) {
			return fmt.Errorf("--meter %s: %w", m.Name, m.Err)
		}
	}
	s.closers = append(s.closers, s.closeMeters)
	s.Machine = describe(s.Info, s.meters(), meters, power.Config{Root: s.job.SensorRoot}.Simulated())
	s.Machine.Software = s.job.Software
	return nil
}

// closeMeters closes what no recorder has taken over.
func (s *Session) closeMeters() {
	for _, m := range s.meters() {
		m.Close()
	}
}

// meters are the open ones.
func (s *Session) meters() (out []power.Meter) {
	for _, m := range s.Meters {
		if m.Meter != nil {
			out = append(out, m.Meter)
		}
	}
	return out
}

// makePlan finds the devices and lists the steps of all trials.
func (s *Session) makePlan(ctx context.Context) error {
	steps, err := selectSteps(s.job.Suite.Steps, s.job.Workloads)
	if err != nil {
		return err
	}
	all := s.job.find(ctx, s.observer.Note)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := s.job.misnamed(all); err != nil {
		return err
	}
	devices, err := s.job.planDevices(all)
	if err != nil {
		return err
	}
	s.Notes = notes(all)
	if len(devices) == 0 {
		return nothing(all)
	}
	pairs, err := pairsOf(devices, steps)
	if err != nil {
		return err
	}
	if len(pairs) == 0 {
		return fmt.Errorf("suite %s has no step for the devices chosen: choose another --suite, --runner or --device", s.job.Suite.Name)
	}
	now := time.Now().UTC()
	s.Plan = &results.Plan{SchemaVersion: results.SchemaVersion, RunID: runID(now, s.Info.Slug), Software: s.job.Software,
		CreatedAt: now.Format(time.RFC3339Nano), Suite: s.job.Suite.Name, SuiteText: s.job.Suite.Text, Flags: s.job.Flags, Labels: s.job.Labels,
		Seed: s.job.Seed, Threads: s.job.Threads, ISA: s.job.ISA, Together: s.job.Together, Devices: devices}
	if s.job.Together && len(crewsOf(s.Plan)) == 0 {
		return fmt.Errorf("--together: no runner here has two accelerators: leave it out (joulemark list devices)")
	}
	s.extend(pairs, max(s.job.Trials, 1))
	s.Machine.RunID, s.Machine.Stacks = s.Plan.RunID, stacks(all)
	return nil
}

// extend adds the steps of trials up to a number.
func (s *Session) extend(pairs []results.PlanStep, trials int) {
	for trial := s.Plan.Trials + 1; trial <= trials; trial++ {
		s.Plan.Steps = append(s.Plan.Steps, arrange(slices.Clone(pairs), s.Plan.Seed, trial, crewsOf(s.Plan))...)
		s.Plan.Trials = trial
	}
}

// Dir is the run folder.
func (s *Session) Dir() string {
	if s.job.Dir == "" {
		s.job.Dir = filepath.Join("results", "runs", s.Plan.RunID)
	}
	return s.job.Dir
}

// runID is the UTC stamp, the slug of the machine's model and four random characters.
func runID(now time.Time, slug string) string {
	const letters = "abcdefghijkmnpqrstuvwxyz23456789"
	var tail [4]byte
	for i := range tail {
		tail[i] = letters[rand.IntN(len(letters))]
	}
	return now.Format("20060102T150405Z") + "-" + slug + "-" + string(tail[:])
}

// describe puts what is known of machine and sensors into machine.json's form. An
// estimate stands there only where nothing measured covers the CPU.
func describe(info machine.Info, open []power.Meter, found []power.Found, underRoot bool) *results.Machine {
	m := &results.Machine{SchemaVersion: results.SchemaVersion, MachineID: info.ID, MachineModel: info.Model, CPU: results.CPU(info.CPU),
		MemoryBytes: info.MemoryBytes, OS: info.OS, Arch: info.Arch, Kernel: info.Kernel, Hypervisor: info.Hypervisor,
		Settings: info.Settings, Firmware: info.Firmware, Domains: []joules.Domain{}, MetersMissing: map[string]string{}}
	for _, meter := range open {
		m.Domains = append(m.Domains, meter.Domains()...)
	}
	for _, f := range found {
		if f.Err != nil {
			m.MetersMissing[f.Name] = f.Err.Error()
		} else if notes := power.Notes(f.Meter); len(notes) > 0 {
			if m.MetersLeftOut == nil {
				m.MetersLeftOut = map[string][]string{}
			}
			m.MetersLeftOut[f.Name] = notes
		}
	}
	m.Simulated = simulated(m.Domains) || underRoot
	cpu := results.PlanDevice{Kind: results.KindCPU, Match: results.KindCPU}
	if headline, _ := m.Covering(m.Domains, cpu); len(headline) == 0 {
		m.Estimate = estimate(info.CPU)
	}
	return m
}

func estimate(c machine.CPU) *results.Estimate {
	low, high, basis, source, ok := power.Estimate(power.CPUInfo{Vendor: c.Vendor, Family: c.Family, Model: c.ModelID, Cores: c.Cores, Name: c.Model})
	if !ok {
		return nil
	}
	return &results.Estimate{LowW: low, HighW: high, Basis: basis, Source: source}
}

// Close gives back sensors, locks and the folder.
func (s *Session) Close() error {
	var err error
	if s.folder != nil {
		err = s.folder.Close()
	}
	for _, c := range slices.Backward(s.closers) {
		c()
	}
	s.closers, s.folder = nil, nil
	return err
}

// suiteOf is the suite that a plan was made from.
func suiteOf(p *results.Plan) (workloads.Suite, error) {
	return workloads.ParseSuite(p.SuiteText, p.Suite)
}

// union adds the domains of this session to those of earlier ones.
func union(known, now []joules.Domain) []joules.Domain {
	for _, d := range now {
		i := slices.IndexFunc(known, func(k joules.Domain) bool { return k.ID() == d.ID() })
		if i < 0 {
			known = append(known, d)
		} else {
			known[i] = d
		}
	}
	return known
}
