package resultstest

import (
	"errors"
	"math"
	"math/rand/v2"

	"joulemark/results"
	"joulemark/results/joules"
	"joulemark/workloads"
)

// A maker holds what a run is made from.
type maker struct {
	Options
	plan    *results.Plan
	machine *results.Machine
	clock   timeline
	noise   *rand.Rand
	steps   []made
	series  map[string]*joules.Series
	points  map[string][]joules.Point
}

// A made step and the spans it has.
type made struct {
	plan               results.PlanStep
	device             results.PlanDevice
	work               workloads.Workload
	status, reason     string
	win, idle, standby joules.Span
	iterations         float64
}

// MakeRun writes the run folder that o describes into dir, which must be absent
// or empty.
func MakeRun(dir string, o Options) error {
	o.defaults()
	m := &maker{Options: o, noise: rand.New(rand.NewPCG(o.Seed, 1)), clock: timeline{runID: o.RunID, nowNS: 1e9}}
	if err := m.planSteps(); err != nil {
		return err
	}
	m.describe()
	m.live()
	m.read()
	f, err := results.Create(dir, m.plan, m.machine)
	if err != nil {
		return err
	}
	return errors.Join(m.write(f), f.Close())
}

func (m *maker) planSteps() error {
	m.plan = &results.Plan{SchemaVersion: results.SchemaVersion, RunID: m.RunID, Software: "0.1.0", CreatedAt: "2026-11-23T10:15:00Z",
		Suite: "made-up", Seed: m.Seed, Trials: m.Trials, Threads: m.Threads, Devices: m.Devices}
	for trial := 1; trial <= m.Trials; trial++ {
		order := 0
		for _, d := range m.Devices {
			for _, name := range m.Workloads {
				w, err := workloads.Parse(name)
				if err != nil {
					return err
				}
				wire, err := workloads.Encode(w)
				if err != nil {
					return err
				}
				order++
				s := results.PlanStep{Trial: trial, Order: order, Runner: d.Runner, DeviceID: d.ID, Workload: wire}
				m.plan.Steps = append(m.plan.Steps, s)
				status, reason := m.Outcome(d, name, trial)
				m.steps = append(m.steps, made{plan: s, device: d, work: w, status: status, reason: reason, iterations: math.NaN()})
			}
		}
	}
	return nil
}

func (m *maker) describe() {
	m.machine = &results.Machine{SchemaVersion: results.SchemaVersion, RunID: m.RunID, MachineID: m.MachineID, MachineModel: m.MachineModel,
		Software: "0.1.0", MonotonicOriginS: 1000, StartedAt: "2026-11-23T10:15:00Z", Estimate: m.Estimate, Simulated: m.Simulated,
		Sessions: []results.Session{{BootID: "b", OriginS: 1000, StartedAt: "2026-11-23T10:15:00Z", Software: "0.1.0"}},
		CPU:      results.CPU{Vendor: "ExampleVendor", Model: "Example 9000", Sockets: 2, Cores: 32, Threads: 64}, OS: "linux", Arch: "amd64"}
	for _, s := range m.Sensors {
		m.machine.Domains = append(m.machine.Domains, s.Domain)
	}
}

// live lets the made-up time pass over every step.
func (m *maker) live() {
	var idle, standby joules.Span
	trial, served := 0, results.PlanDevice{}
	for i := range m.steps {
		s := &m.steps[i]
		if m.Rows > 0 && i >= m.Rows {
			m.steps = m.steps[:i]
			return
		}
		if s.plan.Trial != trial {
			trial, served = s.plan.Trial, results.PlanDevice{}
			idle = m.clock.add(results.PhaseIdle, trial, 0, m.WindowS, 1)
		}
		measured := s.status == results.OK || s.status == results.Void || s.status == results.Failed
		m.clock.add(results.PhasePrepare, trial, s.plan.Order, 0.3, 1)
		if !measured {
			continue
		}
		if served != s.device {
			served = s.device
			standby = m.clock.add(results.PhaseStandby, trial, s.plan.Order, m.WindowS, 1)
		}
		s.idle, s.standby = idle, standby
		m.work(s)
	}
	m.clock.add(results.PhaseIdle, trial, 0, m.WindowS, 1)
}

// work is the step's own phases.
func (m *maker) work(s *made) {
	watts, speed := 1+m.Noise*m.noise.NormFloat64(), 1+m.Noise*m.noise.NormFloat64()
	trial, order := s.plan.Trial, s.plan.Order
	m.clock.add(results.PhaseCheck, trial, order, 0.1, watts)
	m.clock.add(results.PhaseWarmup, trial, order, 0.5, watts)
	perSecond := m.Rate(s.device, s.work.Name()) * speed / s.work.Ops()
	s.iterations = math.Max(1, math.Floor(perSecond*m.WindowS))
	s.win = m.clock.add(results.PhaseWindow, trial, order, s.iterations/perSecond, watts)
	m.clock.add(results.PhaseTail, trial, order, 0.2, watts)
	m.clock.add(results.PhaseCheck, trial, order, 0.05, watts)
}

// read lets every sensor look at what happened.
func (m *maker) read() {
	at := m.clock.times(m.PollS)
	m.series, m.points = map[string]*joules.Series{}, map[string][]joules.Point{}
	for _, s := range m.Sensors {
		id := s.Domain.ID()
		m.points[id] = m.clock.points(s, at)
		m.series[id] = joules.NewSeries(s.Domain, m.points[id])
	}
}
