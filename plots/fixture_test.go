package plots

import (
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/results"
	"joulemark/workloads"
)

// A fixture is a made-up run folder, written as a table.
type fixture struct {
	model, run string
	trials     int
	simulated  bool
	estimate   *results.Estimate
	rows       []fixtureRow
}

// A fixtureRow is one configuration: speed in GFLOP/s, power in W (0: no sensor),
// or a status with its reason.
type fixtureRow struct {
	runner, device, workload string
	speed, power             float64
	energy                   energyKind
	status, reason           string
}

type energyKind struct {
	domain, scope, class, provenance string
	gainPct                          float64
}

var (
	raplEnergy = energyKind{"rapl:package-0+rapl:dram-0", "package+dram", "component", "measured", 4}
	nvmlEnergy = energyKind{"nvml:0", "board", "component", "measured", 5}
	plugEnergy = energyKind{"shelly:wall", "wall", "system", "external", 2}
)

// spreadOfTrials are factors on the speed of successive trials; their median is 1.
var spreadOfTrials = []float64{1.01, 0.985, 1.004, 0.996, 1.02, 0.99}

func (f fixture) build(t *testing.T) *results.Run {
	t.Helper()
	run := &results.Run{
		Plan: &results.Plan{Suite: "standard"},
		Machine: &results.Machine{
			RunID: f.run, MachineModel: f.model, Software: "0.1.0",
			StartedAt: "2026-11-23T10:15:00Z", Estimate: f.estimate, Simulated: f.simulated,
		},
	}
	for trial := 1; trial <= f.trials; trial++ {
		for order, row := range f.rows {
			run.Samples = append(run.Samples, f.sample(t, row, trial, order+1))
		}
	}
	return run
}

func (f fixture) sample(t *testing.T, row fixtureRow, trial, order int) results.Sample {
	t.Helper()
	w, err := workloads.Parse(row.workload)
	require.NoError(t, err)
	s := results.NewSample()
	s.RunID, s.MachineID, s.MachineModel, s.Trial, s.Order = f.run, f.model, f.model, trial, order
	s.Runner, s.RunnerVersion, s.DeviceID, s.DeviceName = row.runner, "1", row.runner+":0", row.device
	s.Workload, s.WorkloadVersion, s.DType, s.Fill = row.workload, workloads.Version, string(w.DType()), "uniform"
	s.DeviceCount, s.Ops, s.Bytes, s.Threads = 1, w.Ops(), w.Bytes(), 0
	s.Status, s.StatusReason = results.OK, ""
	if row.status != "" {
		s.Status, s.StatusReason = row.status, row.reason
		return s
	}
	s.DurationS = 2
	s.Iterations = row.speed * 1e9 * spreadOfTrials[trial%len(spreadOfTrials)] * s.DurationS / s.Ops
	f.addEnergy(&s, row)
	return s
}

func (f fixture) addEnergy(s *results.Sample, row fixtureRow) {
	if f.simulated {
		s.Simulated = results.True
	}
	if row.power > 0 {
		k := row.energy
		s.EnergyJ, s.EnergyDomain, s.EnergyScope = row.power*s.DurationS, k.domain, k.scope
		s.EnergyScopeClass, s.EnergyProvenance, s.SystematicUncertaintyPct = k.class, k.provenance, k.gainPct
		s.EnergyUncertaintyJ, s.IdlePowerW, s.StandbyPowerW = 0.5, row.power/5, row.power/4
	} else if f.estimate != nil {
		s.EstimatedEnergyLowJ, s.EstimatedEnergyHighJ = f.estimate.LowW*s.DurationS, f.estimate.HighW*s.DurationS
	}
}
