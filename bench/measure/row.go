package measure

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"joulemark/bench/machine"
	"joulemark/results"
	"joulemark/results/joules"
	"joulemark/runners"
	"joulemark/workloads"
)

// newStep makes a planned step ready to be measured.
func (r *run) newStep(k *keeper, p results.PlanStep) (*step, error) {
	w, err := workloads.DecodeJSON(p.Workload)
	if err != nil {
		return nil, fmt.Errorf("plan.json, trial %d order %d: %w", p.Trial, p.Order, err)
	}
	s := &step{run: r, plan: p, workload: w, keeper: k, errorRatio: math.NaN(), iterations: math.NaN()}
	for _, d := range r.plan.Devices {
		if d.Runner == p.Runner && d.ID == p.DeviceID {
			s.device = d
		}
	}
	s.headline, _ = r.machine.Covering(r.domains, s.device)
	s.lengths = r.lengths(s.device)
	return s, nil
}

// row is the sample of a step that ended with err, and its energy rows.
func (s *step) row(err error) (results.Sample, []results.EnergyRow) {
	row := s.identity()
	status, reason := s.status(err)
	row.Status, row.StatusReason = status, withoutPlaces(reason)
	row.ErrorRatio = s.errorRatio
	if !math.IsNaN(s.errorRatio) {
		row.Verified = truth(s.errorRatio <= 1)
	}
	if row.Status != results.OK && row.Status != results.Void {
		return row, nil
	}
	row.Kernel = s.info.Kernel
	row.MemoryBytes = float64(s.info.MemoryBytes)
	row.Iterations = s.iterations
	row.Steady = s.steady
	s.state(&row)
	row.CompetingCPUFraction = s.competing()
	if s.info.CompileS > 0 {
		row.CompileS = s.info.CompileS
	}
	row.BusyThreads = machine.BusyThreads(s.before, s.after, s.elapsedS)
	rows := results.Derive(&row, s.workload, s.machine, s.window, s.idleSpan, s.keeper.standby[s.device.ID], s.series())
	return row, rows
}

// identity fills what is known of a step before it begins.
func (s *step) identity() results.Sample {
	row := results.NewSample()
	p, m := s.run.plan, s.run.machine
	row.SchemaVersion, row.RunID, row.MachineID, row.MachineModel = results.SchemaVersion, p.RunID, m.MachineID, m.MachineModel
	row.Trial, row.Order, row.Seed, row.Suite = s.plan.Trial, s.plan.Order, p.Seed, p.Suite
	row.Runner, row.RunnerVersion = s.device.Runner, s.device.RunnerVersion
	row.DeviceID, row.DeviceName, row.DeviceCount = s.device.ID, s.device.Name, len(s.crew)
	row.GroupID = s.plan.Group
	row.Workload, row.WorkloadVersion = s.workload.Name(), workloads.Version
	row.DType, row.Fill = string(s.workload.DType()), string(workloads.FillOf(s.workload))
	row.Simulated = truth(m.Simulated)
	row.Threads = s.threads()
	row.PowerLimitW = s.powerLimitW()
	return row
}

// threads are those the worker says it uses; before it has spoken, what a CPU
// runner is asked for, so that rows of one configuration keep one key.
func (s *step) threads() int {
	switch {
	case s.info.Threads > 0:
		return s.info.Threads
	case s.device.Kind != results.KindCPU:
		return 0
	case s.run.plan.Threads > 0:
		return s.run.plan.Threads
	}
	return s.machine.CPU.Threads
}

// status names what a step came to. Only an error of the worker itself adds the
// last lines of its stderr; what it said in the protocol needs none.
func (s *step) status(err error) (status, reason string) {
	switch {
	case err == nil:
		reason := s.voidReason()
		if reason != "" {
			return results.Void, reason
		}
		return results.OK, ""
	case errors.Is(err, runners.ErrUnavailable):
		return results.Unavailable, reasonOf(err.Error())
	case errors.Is(err, runners.ErrUnsupported):
		return results.Unsupported, reasonOf(err.Error())
	}
	reason = err.Error()
	if w := s.keeper.worker; w != nil && w.StderrTail() != "" {
		reason += "; its stderr ended: " + w.StderrTail()
	}
	s.keeper.kill()
	return results.Failed, reasonOf(reason)
}

// pauseMax is how long the load may pause before a window, or a twentieth of the
// window: what averages or warms up would not be what it was.
const pauseMax = 250 * time.Millisecond

func (s *step) voidReason() string {
	if s.job.ShareMachine {
		return "measured while sharing the machine (--share-machine)"
	}
	if longest := max(pauseMax, s.lengths.window/20); s.pause > longest {
		return fmt.Sprintf("the load paused for %.3g s between warm-up and window (at most %.3g s): the runner must work through queued requests without a gap", s.pause.Seconds(), longest.Seconds())
	}
	if reason := s.crew.covered(s); reason != "" {
		return reason
	}
	if reason := moved(s.before.GroupCPUs, s.after.GroupCPUs); s.device.Kind == results.KindCPU && reason != "" {
		return reason // before what follows from it
	}
	if reason := s.threadsReason(); reason != "" {
		return reason
	}
	if reason := heldBack(s.seen, s.elapsedS); reason != "" {
		return reason
	}
	return voidReason(s.before, s.after, s.elapsedS, s.job.Suite.MaxCompetingFraction, s.device.Kind == "cpu")
}

// reasonOf is a message in one line, without the word of its class: the status
// column says that.
func reasonOf(s string) string {
	for _, class := range []error{runners.ErrUnavailable, runners.ErrUnsupported, runners.ErrFailed} {
		s = strings.TrimPrefix(s, class.Error()+": ")
	}
	return strings.Join(strings.Fields(s), " ")
}

func truth(b bool) results.Truth {
	if b {
		return results.True
	}
	return results.False
}

// simulated reports whether any domain is read under a test's root or replayed.
func simulated(domains []joules.Domain) bool {
	for _, d := range domains {
		if d.Simulated {
			return true
		}
	}
	return false
}
