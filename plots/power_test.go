package plots

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"joulemark/results"
	"joulemark/results/joules"
)

// A law is power as levels: each holds from its time until the next one's.
type law []struct{ from, watts float64 }

// energy from 0 to t, exactly.
func (l law) energy(t float64) (joules float64) {
	for i, level := range l {
		end := t
		if i+1 < len(l) {
			end = min(t, l[i+1].from)
		}
		if end > level.from {
			joules += level.watts * (end - level.from)
		}
	}
	return joules
}

// counter reads the law at 10 Hz and at each boundary of a phase as a counter that
// wraps 300 J after its first reading.
func counter(l law, wrapJ, until float64, phases []results.PhaseRow) (points []joules.Point) {
	times := map[int]bool{}
	for t := 0; t <= int(until*1000); t += 100 {
		times[t] = true
	}
	for _, f := range phases {
		times[int(math.Round(f.StartS*1000))] = true
	}
	for t := 0; t <= int(until*1000); t++ {
		if times[t] {
			s := float64(t) / 1000
			points = append(points, joules.Point{TimeS: s, ReadS: 2e-5, Value: math.Mod(l.energy(s)+wrapJ-300, wrapJ), Status: joules.StatusOK})
		}
	}
	return points
}

// gauge reads the law as the mean of the second before each reading, twice a second.
func gauge(l law, until float64) (points []joules.Point) {
	for t := 0.0; t <= until; t += 0.5 {
		mean := l.energy(t) - l.energy(max(t-1, 0))
		points = append(points, joules.Point{TimeS: t, ReadS: 1e-3, Value: mean, Status: joules.StatusOK})
	}
	return points
}

// stepPhases are the phases of one step that starts at t.
func stepPhases(trial, order int, t float64) (phases []results.PhaseRow, end float64) {
	for _, f := range []struct {
		name   string
		length float64
	}{
		{results.PhasePrepare, 0.35}, {results.PhaseStandby, 2}, {results.PhaseCheck, 0.12},
		{results.PhaseWarmup, 2}, {results.PhaseWindow, 4}, {results.PhaseTail, 1}, {results.PhaseCheck, 0.15},
	} {
		phases = append(phases, results.PhaseRow{Trial: trial, Order: order, Phase: f.name, StartS: t, EndS: t + f.length})
		t += f.length
	}
	return phases, t
}

// twoPackages is a simulated run of a server with two packages, their memory and a
// wall meter that averages over a second: six steps, of which the second is chosen
// by having joules first.
func twoPackages(t *testing.T) *results.Run {
	t.Helper()
	f := fixture{model: "Example server, 2 sockets, 256 GiB", run: "20261123T101500Z-xeon-6330-7c1d", trials: 1, simulated: true}
	for _, n := range []int{512, 1024, 2048, 512, 1024, 2048} {
		name := fmt.Sprintf("matmul/fp32/m=%d/n=%d/k=%d", n, n, n)
		f.rows = append(f.rows, fixtureRow{runner: "cpu", workload: name, speed: 2100, power: 395, energy: raplEnergy})
	}
	run := f.build(t)
	for i := range run.Samples {
		run.Samples[i].EnergyDomain = "rapl:package-0+rapl:package-1+rapl:dram-0"
	}
	run.Samples[0].EnergyJ, run.Samples[0].Status, run.Samples[0].StatusReason = math.NaN(), results.Void, "throttled"
	run.Phases = []results.PhaseRow{{Trial: 1, Phase: results.PhaseIdle, EndS: 5}}
	load, end := law{{0, 62}}, 5.0
	for order := 1; order <= len(f.rows); order++ {
		phases, next := stepPhases(1, order, end)
		run.Phases = append(run.Phases, phases...)
		load = append(load, law{{end + 0.1, 110}, {end + 0.35, 70}, {end + 2.35, 120}, {end + 2.47, 176 + 8*float64(order)}, {next - 0.15, 90}, {next - 0.03, 62}}...)
		end = next
	}
	run.Phases = append(run.Phases, results.PhaseRow{Trial: 1, Phase: results.PhaseIdle, StartS: end, EndS: end + 5})
	addDomains(run, load, end+5)
	return run
}

func addDomains(run *results.Run, load law, until float64) {
	second, dram, wall := scaled(load, 0.94, 3), scaled(load, 0.12, 9), scaled(load, 2.3, 85)
	rapl := joules.Domain{Meter: "rapl", Kind: joules.Counter, Provenance: joules.Measured, Scope: joules.Package, WrapJ: 65532.6, Period: time.Millisecond, SystematicPct: 4, Simulated: true}
	run.Points = map[string][]joules.Point{}
	for _, c := range []struct {
		name string
		law  law
	}{{"package-0", load}, {"package-1", second}, {"dram-0", dram}} {
		d := rapl
		d.Name = c.name
		if c.name == "dram-0" {
			d.Scope = joules.DRAM
		}
		run.Machine.Domains = append(run.Machine.Domains, d)
		run.Points[d.ID()] = counter(c.law, d.WrapJ, until, run.Phases)
	}
	d := joules.Domain{Meter: "hwmon", Name: "acpi-power", Kind: joules.GaugeAverage, Provenance: joules.VendorModel, Scope: joules.System, Period: 500 * time.Millisecond, Window: time.Second, SystematicPct: 10, Simulated: true}
	run.Machine.Domains = append(run.Machine.Domains, d)
	run.Points[d.ID()] = gauge(wall, until)
	window, _ := windowOf(run, 1, 2)
	for id, l := range map[string]law{"rapl:package-0": load, "rapl:package-1": second, "rapl:dram-0": dram, "hwmon:acpi-power": wall} {
		e := l.energy(window.EndS) - l.energy(window.StartS)
		run.Energy = append(run.Energy, results.EnergyRow{Trial: 1, Order: 2, Domain: id, EnergyJ: e, MeanPowerW: e / window.Seconds()})
	}
}

func scaled(l law, factor, offset float64) (out law) {
	for _, level := range l {
		level.watts = level.watts*factor + offset
		out = append(out, level)
	}
	return out
}

func TestPowerGolden(t *testing.T) {
	pages, err := drawPower([]*results.Run{twoPackages(t)}, 0, 0)
	require.NoError(t, err)
	require.Len(t, pages, 1)
	golden(t, "power-two-packages", pages[0])
}
