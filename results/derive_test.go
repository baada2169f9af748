package results_test

import (
	"math"
	"testing"
	"time"

	"joulemark/results"
	"joulemark/results/joules"
	"joulemark/results/resultstest"
	"joulemark/workloads"

	"github.com/stretchr/testify/require"
)

// counterAt is the readings of a counter under constant watts, every 100 ms of 0…20 s.
func counterAt(d joules.Domain, watts float64) *joules.Series {
	var points []joules.Point
	for i := range 201 {
		t := float64(i) / 10
		points = append(points, joules.Point{TimeS: t, Value: watts * t, Status: joules.StatusOK})
	}
	return joules.NewSeries(d, points)
}

// bench is a machine of two packages at 100 and 50 W with 10 W of memory each and
// a card at 300 W, all constant.
func bench() (*results.Machine, map[string]*joules.Series) {
	m := &results.Machine{StartedAt: "2026-11-23T10:15:00Z", Devices: append(resultstest.CPU(), resultstest.Card())}
	series := map[string]*joules.Series{}
	for _, s := range []resultstest.Sensor{
		resultstest.Counter("package-0", joules.Package, "cpu:0", 0, 100),
		resultstest.Counter("package-1", joules.Package, "cpu:1", 0, 50),
		resultstest.Counter("dram-0", joules.DRAM, "cpu:0", 0, 10),
		resultstest.Counter("dram-1", joules.DRAM, "cpu:1", 0, 10),
		resultstest.Counter("psys", joules.System, "", 0, 500),
		resultstest.Counter("card", joules.Board, "0000:0a:00.0", 0, 300),
	} {
		m.Domains = append(m.Domains, s.Domain)
		series[s.Domain.ID()] = counterAt(s.Domain, s.LoadW)
	}
	return m, series
}

var (
	work    = workloads.Matmul{M: 64, N: 64, K: 64, Type: workloads.FP32, Fill: workloads.Uniform}
	window  = joules.Span{StartS: 10, EndS: 14}
	idle    = joules.Span{StartS: 1, EndS: 3}
	standby = joules.Span{StartS: 4, EndS: 6}
)

func sampleOn(runner, device string) results.Sample {
	s := results.NewSample()
	s.RunID, s.Trial, s.Order, s.Runner, s.DeviceID, s.Iterations, s.Status = "r", 1, 1, runner, device, 1000, results.OK
	return s
}

func TestDerive(t *testing.T) {
	m, series := bench()
	s := sampleOn("cpu", "cpu")
	rows := results.Derive(&s, work, m, window, idle, standby, series)

	require.Equal(t, "matmul/fp32/m=64/n=64/k=64", s.Workload)
	require.Equal(t, workloads.Version, s.WorkloadVersion)
	require.Equal(t, "fp32", s.DType)
	require.Equal(t, "uniform", s.Fill)
	require.Equal(t, 2.0*64*64*64, s.Ops)
	require.Equal(t, 4.0*3*64*64, s.Bytes)
	require.Equal(t, "2026-11-23T10:15:10.000Z", s.StartedAt)
	require.Equal(t, 4.0, s.DurationS)
	require.InDelta(t, 4*170, s.EnergyJ, 1e-9)
	require.Equal(t, "rapl:package-0+rapl:package-1+rapl:dram-0+rapl:dram-1", s.EnergyDomain)
	require.Equal(t, "package+dram", s.EnergyScope)
	require.Equal(t, "component", s.EnergyScopeClass)
	require.Equal(t, "measured", s.EnergyProvenance)
	require.InDelta(t, 170, s.IdlePowerW, 1e-9)
	require.InDelta(t, 170, s.StandbyPowerW, 1e-9)
	require.InDelta(t, 4, s.SystematicUncertaintyPct, 1e-12)
	require.True(t, math.IsNaN(s.EstimatedEnergyLowJ), "what is measured is not estimated")
	require.Equal(t, results.False, s.Simulated)

	require.Len(t, rows, 6, "every domain has its row, wider ones too")
	squares := 0.0
	for i, w := range []float64{100, 50, 10, 10, 500, 300} {
		require.Equal(t, m.Domains[i].ID(), rows[i].Domain)
		require.InDelta(t, 4*w, rows[i].EnergyJ, 1e-9)
		require.InDelta(t, w, rows[i].MeanPowerW, 1e-9)
		require.Equal(t, results.OK, rows[i].Status)
		if i < 4 {
			squares += rows[i].Uncertainty * rows[i].Uncertainty
		}
	}
	require.InDelta(t, math.Sqrt(squares), s.EnergyUncertaintyJ, 1e-12)
	require.Positive(t, s.EnergyUncertaintyJ)

	card := sampleOn("cuda", "cuda:0")
	results.Derive(&card, work, m, window, idle, standby, series)
	require.InDelta(t, 4*300, card.EnergyJ, 1e-9)
	require.Equal(t, "board", card.EnergyScope)
}

// Gains add up by energy, whatever the number of sensors.
func TestDeriveSystematic(t *testing.T) {
	m, series := bench()
	m.Domains[0].SystematicPct, m.Domains[1].SystematicPct = 3, 10
	m.Domains[1].Provenance = joules.VendorModel
	s := sampleOn("cpu", "cpu")
	results.Derive(&s, work, m, window, idle, standby, series)
	require.InDelta(t, (100*3+50*10+20*4)/170.0, s.SystematicUncertaintyPct, 1e-9)
	require.Equal(t, "vendor_model", s.EnergyProvenance, "the weakest of the parts")
}

func TestDeriveFault(t *testing.T) {
	m, series := bench()
	broken := []joules.Point{{TimeS: 0, Value: 5, Status: joules.StatusOK}, {TimeS: 11, Value: math.NaN(), Status: joules.StatusError}}
	series["rapl:dram-1"] = joules.NewSeries(m.Domains[3], broken)
	s := sampleOn("cpu", "cpu")
	for range 2 { // again, as verify does
		rows := results.Derive(&s, work, m, window, idle, standby, series)
		require.True(t, math.IsNaN(s.EnergyJ) && math.IsNaN(s.EnergyUncertaintyJ) && math.IsNaN(s.IdlePowerW))
		require.Equal(t, "no joules: rapl:dram-1: "+rows[3].Status, s.StatusReason)
		require.NotEqual(t, results.OK, rows[3].Status)
		require.Equal(t, results.OK, s.Status, "the speed is as good as before")
		require.InDelta(t, 400, rows[0].EnergyJ, 1e-9, "the others keep theirs")
		require.Equal(t, 4.0, s.DurationS)
	}
}

func TestDeriveEstimates(t *testing.T) {
	published := &results.Estimate{LowW: 5, HighW: 30}
	derive := func(change func(*results.Machine, map[string]*joules.Series)) results.Sample {
		m, series := bench()
		m.Domains = m.Domains[:1]
		change(m, series)
		s := sampleOn("cpu", "cpu")
		results.Derive(&s, work, m, window, idle, standby, series)
		return s
	}
	s := derive(func(m *results.Machine, _ map[string]*joules.Series) { m.Domains, m.Estimate = nil, published })
	require.Equal(t, []float64{20, 120}, []float64{s.EstimatedEnergyLowJ, s.EstimatedEnergyHighJ})
	require.True(t, math.IsNaN(s.EnergyJ))
	require.Empty(t, s.EnergyProvenance)

	s = derive(func(m *results.Machine, _ map[string]*joules.Series) {
		m.Domains[0].Provenance, m.Domains[0].Simulated, m.Estimate = joules.Virtual, true, published
	})
	require.InDelta(t, 0.4*400, s.EstimatedEnergyLowJ, 1e-9)
	require.InDelta(t, 2.2*400, s.EstimatedEnergyHighJ, 1e-9)
	require.True(t, math.IsNaN(s.EnergyJ), "a hypervisor's counter never looks like a measurement")
	require.Equal(t, results.True, s.Simulated)

	s = derive(func(m *results.Machine, _ map[string]*joules.Series) { m.Estimate = published })
	require.True(t, math.IsNaN(s.EstimatedEnergyLowJ))

	m, series := bench()
	m.Domains, m.Estimate = nil, published
	card := sampleOn("cuda", "cuda:0")
	results.Derive(&card, work, m, window, idle, standby, series)
	require.True(t, math.IsNaN(card.EstimatedEnergyHighJ), "a CPU's watts say nothing of a card")
}

// Without a window only the work is described, and what an earlier window left is gone.
func TestDeriveWithoutWindow(t *testing.T) {
	m, series := bench()
	s := sampleOn("cpu", "cpu")
	results.Derive(&s, work, m, window, idle, standby, series)
	rows := results.Derive(&s, work, m, joules.Span{}, idle, standby, series)
	require.Empty(t, rows)
	require.True(t, math.IsNaN(s.DurationS) && math.IsNaN(s.EnergyJ) && math.IsNaN(s.IdlePowerW))
	require.Empty(t, s.EnergyDomain)
	require.Equal(t, 2.0*64*64*64, s.Ops)
}

// Domains and wall time are those of the session that measured.
func TestDeriveSessions(t *testing.T) {
	m, series := bench()
	m.Sessions = []results.Session{{StartedAt: "2026-11-23T10:15:00Z"}, {StartS: 8, StartedAt: "2026-11-24T09:00:00Z"}}
	delete(series, "rapl:package-0")
	delete(series, "rapl:package-1")
	s := sampleOn("cpu", "cpu")
	rows := results.Derive(&s, work, m, window, idle, standby, series)
	require.Len(t, rows, 4)
	require.Equal(t, "rapl:psys", s.EnergyDomain, "a meter that this session lacks is no headline")
	require.Equal(t, time.Date(2026, 11, 24, 9, 0, 2, 0, time.UTC).Format("2006-01-02T15:04:05.000Z"), s.StartedAt)
}

func TestSpans(t *testing.T) {
	plan := &results.Plan{Steps: []results.PlanStep{
		{Trial: 1, Order: 1, Runner: "cpu", DeviceID: "cpu"}, {Trial: 1, Order: 2, Runner: "cpu", DeviceID: "cpu"},
		{Trial: 1, Order: 3, Runner: "cuda", DeviceID: "cuda:0"}, {Trial: 2, Order: 1, Runner: "cpu", DeviceID: "cpu"},
	}}
	row := func(trial, order int, phase string, start, end float64) results.PhaseRow {
		return results.PhaseRow{Trial: trial, Order: order, Phase: phase, StartS: start, EndS: end}
	}
	x := results.IndexPhases(plan, []results.PhaseRow{
		row(1, 0, "idle", 0, 1), row(1, 1, "standby", 1, 2), row(1, 1, "window", 2, 3), row(1, 2, "window", 3, 4), row(1, 3, "window", 4, 5),
		row(2, 0, "idle", 5, 6), row(2, 0, "idle", 6, 7), row(2, 1, "window", 7, 8), row(2, 0, "idle", 8, 9),
	})
	spans := func(trial, order int) [3]joules.Span {
		win, idle, standby := x.Spans(trial, order)
		return [3]joules.Span{win, idle, standby}
	}
	require.Equal(t, [3]joules.Span{{StartS: 2, EndS: 3}, {StartS: 0, EndS: 1}, {StartS: 1, EndS: 2}}, spans(1, 1))
	require.Equal(t, [3]joules.Span{{StartS: 3, EndS: 4}, {StartS: 0, EndS: 1}, {StartS: 1, EndS: 2}}, spans(1, 2), "standby is taken once a worker")
	require.Equal(t, [3]joules.Span{{StartS: 4, EndS: 5}, {StartS: 0, EndS: 1}, {}}, spans(1, 3), "and not for another one")
	require.Equal(t, [3]joules.Span{{StartS: 7, EndS: 8}, {StartS: 6, EndS: 7}, {}}, spans(2, 1), "the last idle before the window")
	require.Equal(t, [3]joules.Span{}, spans(9, 9))
}

// A plug measures all cards at once: among cards that work together its joules are
// none's.
func TestDeriveGivesNoCardOfAGroupTheWholeMachine(t *testing.T) {
	m, series := bench()
	plug := resultstest.Counter("plug", joules.Wall, "", 0, 800).Domain
	plug.Meter = "shelly"
	m.Domains = []joules.Domain{plug}
	series[plug.ID()] = counterAt(plug, 800)
	s := sampleOn("cuda", "cuda:0")
	s.DeviceCount = 1
	results.Derive(&s, work, m, window, idle, standby, series)
	require.InDelta(t, 3200, s.EnergyJ, 1e-6)

	s.DeviceCount = 2
	results.Derive(&s, work, m, window, idle, standby, series)
	require.True(t, math.IsNaN(s.EnergyJ) && math.IsNaN(s.IdlePowerW))
	require.Empty(t, s.EnergyDomain)
	require.Equal(t, "no joules: shelly:plug counts all devices of the group together: leave --together out", s.StatusReason)
}
