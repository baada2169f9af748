package measure

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"joulemark/results"
)

// Resume makes an earlier run ready to be completed: after a stop, a crash, a
// kill or a reboot, with more trials than it had (job.Trials), or with its failed
// steps to be done again (job.RetryFailed). What the plan fixes (suite, seed,
// threads, devices, steps) cannot be changed by flags.
func Resume(ctx context.Context, job *Job, observer Observer) (*Session, error) {
	s := &Session{job: job, observer: observer}
	if err := s.reopen(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.forecast()
	return s, nil
}

func (s *Session) reopen(ctx context.Context) error {
	if err := s.open(false); err != nil {
		return err
	}
	if err := s.admit(ctx); err != nil {
		return err
	}
	folder, previous, err := results.Resume(s.job.Dir)
	if err != nil {
		return err
	}
	s.folder, s.previous, s.Plan = folder, previous, previous.Plan
	if s.job.Suite, err = suiteOf(s.Plan); err != nil {
		return fmt.Errorf("plan.json: %w", err)
	}
	s.extend(firstTrial(s.Plan), max(s.job.Trials, s.Plan.Trials))
	if s.job.RetryFailed {
		if err := s.forgetFailed(); err != nil {
			return err
		}
	}
	s.findAgain(ctx)
	s.adopt(previous.Machine)
	return nil
}

// admit refuses what must not go on, while the folder is only read: results.Resume
// takes the summary and the hashes of a finished run away.
func (s *Session) admit(ctx context.Context) error {
	previous, err := results.Open(s.job.Dir)
	if err != nil {
		return nil // Resume says what is wrong with the folder
	}
	s.previous, s.Plan = previous, previous.Plan
	if err := previous.SameMachine(s.Machine.MachineID); err != nil {
		return err
	}
	if was, is := previous.Machine.Simulated, s.Machine.Simulated; was != is {
		return fmt.Errorf("this run has simulated sensors = %t and would go on with %t: resume it with the --sensor-root and --meter it was made with", was, is)
	}
	if err := s.knownRunners(); err != nil {
		return err
	}
	s.job.Threads = s.Plan.Threads // workers are told before they load anything
	return s.sameStacks(ctx)
}

// findAgain asks runners for a device that gave none when the run was planned, if
// none of their steps has a row: a program that was repaired is measured then.
func (s *Session) findAgain(ctx context.Context) {
	for i := range s.Plan.Devices {
		d := &s.Plan.Devices[i]
		has := func(row results.Sample) bool { return row.Runner == d.Runner }
		if d.ID != "" || slices.ContainsFunc(s.previous.Samples, has) {
			continue
		}
		f := s.job.ask(ctx, d.Runner)
		if f.err != nil {
			continue // its steps say why, as before
		}
		*d = planDevice(f, f.devices[0])
		for k := range s.Plan.Steps {
			if s.Plan.Steps[k].Runner == d.Runner {
				s.Plan.Steps[k].DeviceID = d.ID
			}
		}
	}
}

// knownRunners makes sure that each runner of the plan can be started: a folder
// never holds the command of an external one.
func (s *Session) knownRunners() error {
	for _, d := range s.Plan.Devices {
		if _, err := s.job.launch(d.Runner); err != nil && (d.ID != "" || s.job.RetryFailed) {
			return err
		}
	}
	return nil
}

// firstTrial are the pairs of device and workload that every trial has.
func firstTrial(p *results.Plan) (pairs []results.PlanStep) {
	for _, s := range p.Steps {
		if s.Trial == 1 {
			s.Trial, s.Order, s.Group = 0, 0, ""
			pairs = append(pairs, s)
		}
	}
	return pairs
}

// forgetFailed removes the rows of failed steps, so that they count as missing.
func (s *Session) forgetFailed() error {
	return s.folder.DropSamples(s.previous, func(row results.Sample) bool { return row.Status == results.Failed })
}

// adopt lets the description of the first session stand and adds this one's
// sensors to it.
func (s *Session) adopt(earlier *results.Machine) {
	now := s.Machine
	s.Machine = earlier
	s.Machine.Devices = s.Plan.Devices
	s.Machine.Domains = union(earlier.Domains, now.Domains)
	s.Machine.Simulated = earlier.Simulated || now.Simulated
	s.Machine.Finished = false
}
