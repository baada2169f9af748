package resultstest

import (
	"math"

	"joulemark/results"
)

// write puts everything into the folder in the order of a real run.
func (m *maker) write(f *results.Folder) error {
	for _, s := range m.Sensors {
		var rows []results.PowerRow
		for _, p := range m.points[s.Domain.ID()] {
			rows = append(rows, results.NewPowerRow(m.RunID, s.Domain, p))
		}
		if err := f.AddPower(rows); err != nil {
			return err
		}
	}
	for _, g := range m.clock.segments {
		if err := f.AddPhase(g.PhaseRow); err != nil {
			return err
		}
	}
	for i := range m.steps {
		if err := m.writeStep(f, &m.steps[i]); err != nil {
			return err
		}
	}
	m.machine.Finished = len(m.steps) == len(m.plan.Steps)
	if err := f.WriteMachine(m.machine); err != nil || m.Killed {
		return err
	}
	return f.Finish()
}

func (m *maker) writeStep(f *results.Folder, s *made) error {
	row, energy := m.sample(s)
	if err := f.AddEnergy(energy); err != nil {
		return err
	}
	return f.AddSample(row)
}

func (m *maker) sample(s *made) (results.Sample, []results.EnergyRow) {
	row := results.NewSample()
	row.RunID, row.MachineID, row.MachineModel = m.RunID, m.MachineID, m.MachineModel
	row.Trial, row.Order, row.Seed, row.Suite = s.plan.Trial, s.plan.Order, m.Seed, m.plan.Suite
	row.Runner, row.RunnerVersion = s.device.Runner, s.device.RunnerVersion
	row.DeviceID, row.DeviceName, row.DeviceCount = s.device.ID, s.device.Name, 1
	row.Kernel, row.MemoryBytes, row.BusyThreads, row.CompileS = "made up, tile 4x4", 64<<20, 1.97, 0.2
	row.ClockHz, row.ClockEvents = 1.41e9, "sw_power_cap"
	row.Threads = m.Threads
	if m.PowerLimitW > 0 {
		row.PowerLimitW = m.PowerLimitW
	}
	row.Status, row.StatusReason = s.status, s.reason
	row.Iterations = s.iterations
	energy := results.Derive(&row, s.work, m.machine, s.win, s.idle, s.standby, m.series)
	switch s.status {
	case results.OK, results.Void:
		row.Verified, row.ErrorRatio, row.Steady, row.Throttled = results.True, 0.31, results.True, results.False
		row.TemperatureStartC, row.TemperatureEndC, row.CompetingCPUFraction = 61, 61.5, 0.002
		return row, energy
	case results.Failed:
		row.Verified, row.ErrorRatio = results.False, math.Inf(1)
	}
	row.Clear()
	return row, nil
}
