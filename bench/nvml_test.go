package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/bench/internal/nvml/nvmltest"
	"joulemark/bench/power"
	"joulemark/bench/power/fixture"
	"joulemark/results"
)

// server is a tree of a two-package server whose packages and memories draw constant
// watts: 2 x 40 and 2 x 2.5.
func server(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, fixture.Unpack("intel-2s", root))
	ctx, cancel := context.WithCancel(context.Background())
	a, err := fixture.Animate(ctx, root, power.ClockNS, func(z fixture.Zone) fixture.Law {
		if z.Name == "dram" {
			return fixture.Constant(2.5)
		}
		return fixture.Constant(40)
	})
	require.NoError(t, err)
	t.Cleanup(func() { cancel(); require.NoError(t, a.Wait()) })
	return root
}

// suite is the smoke suite with windows of ten updates of a card's sensor.
func suiteOfTenUpdates(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(smoke)
	require.NoError(t, err)
	text := strings.Replace(string(b), "window_updates = 0", "window_updates = 10", 1)
	require.NotEqual(t, string(b), text)
	path := filepath.Join(t.TempDir(), "ten.toml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	return path
}

// Two cards, which NVML lists in the other order than the runner: each row has the
// joules of its own card's law, its state, and beside them what the host drew.
func TestACardsJoulesAreItsOwnLaws(t *testing.T) {
	laws := map[string]string{"card:0": "sine:300:60:0.7", "card:1": "sine:120:40:1.1"}
	nvmltest.Use(t, nvmltest.Build(t),
		"name=NVIDIA H100,pci=00000000:11:00.0,uuid=GPU-1,cc=9.0,limit=350,sm=1200,law="+laws["card:1"],
		"name=NVIDIA RTX 3090,pci=00000000:10:00.0,uuid=GPU-0,cc=8.6,limit=400,sm=1500,reasons=0x4,law="+laws["card:0"])
	dir := filepath.Join(t.TempDir(), "run")
	r := joulemark(t, "run", "--suite", suiteOfTenUpdates(t), "--out", dir, "--no-figures", "--sensor-root", server(t), "--meter", "rapl", "--meter", "nvml",
		"--external", "cards="+python(t, "cards.py", "2"), "--runner", "cards", "--trials", "1", "--workload", tiny).ok(t)
	run := open(t, dir)
	require.Len(t, run.Samples, 2)
	windows := map[int]results.PhaseRow{}
	for _, p := range run.Phases {
		if p.Phase == results.PhaseWindow {
			windows[p.Order] = p
		}
	}
	for _, s := range run.Samples {
		require.Equal(t, results.OK, s.Status, s.StatusReason)
		pci := map[string]string{"card:0": "0000:10:00.0", "card:1": "0000:11:00.0"}[s.DeviceID]
		require.Equal(t, "nvml:"+pci+"-energy", s.EnergyDomain)
		origin := run.Machine.MonotonicOriginS
		truth := nvmltest.EnergyJ(laws[s.DeviceID], windows[s.Order].EndS+origin) - nvmltest.EnergyJ(laws[s.DeviceID], windows[s.Order].StartS+origin)
		// One moment is one draw: the 95 % half-width of two stale ends is 0.8 of what
		// they can be at most.
		require.InDelta(t, truth, s.EnergyJ, 1.25*s.EnergyUncertaintyJ, s.DeviceID)
		require.Less(t, s.EnergyUncertaintyJ, 0.2*truth)
		require.Equal(t, results.True, s.Simulated)
		require.Equal(t, results.False, s.Throttled)
		require.EqualValues(t, 61, s.TemperatureEndC)
	}
	byDevice := map[string]results.Sample{run.Samples[0].DeviceID: run.Samples[0], run.Samples[1].DeviceID: run.Samples[1]}
	require.EqualValues(t, 400, byDevice["card:0"].PowerLimitW)
	require.EqualValues(t, 350, byDevice["card:1"].PowerLimitW)
	require.EqualValues(t, 1500e6, byDevice["card:0"].ClockHz)
	require.Equal(t, "sw_power_cap", byDevice["card:0"].ClockEvents, "recorded, and no reason to void")
	require.Greater(t, byDevice["card:1"].DurationS, 1.9, "the sensor that sees a quarter gets twice the updates")
	require.Regexp(t, `SIMULATED · measured · nvml:0000:10:00.0-energy board · .* · host package\+dram 8\d(\.\d+)? W beside it`, r.stdout)
	verified(t, dir)
}

// Heat voids a card's row; a card that nobody knows has no joules, and above all none
// of another's.
func TestAHotCardIsVoidAndAnUnknownOneHasNoJoules(t *testing.T) {
	nvmltest.Use(t, nvmltest.Build(t), "pci=00000000:12:00.0,uuid=GPU-2", "pci=00000000:10:00.0,uuid=GPU-0,temp=93,reasons=0x60")
	dir, r := smokeRun(t, "--sensor-root", server(t), "--external", "cards="+python(t, "cards.py", "2"), "--runner", "cards", "--trials", "1", "--workload", tiny)
	r.ok(t)
	for _, s := range open(t, dir).Samples {
		if s.DeviceID == "card:0" {
			require.Equal(t, results.Void, s.Status)
			require.Equal(t, "throttled: sw_thermal_slowdown+hw_thermal_slowdown of the card in the window: cool it, or lower its power limit", s.StatusReason)
			require.Equal(t, results.True, s.Throttled)
			require.EqualValues(t, 93, s.TemperatureStartC)
			continue
		}
		require.Equal(t, results.OK, s.Status)
		require.Empty(t, s.EnergyDomain)
		for name, v := range map[string]float64{"energy_j": s.EnergyJ, "power_limit_w": s.PowerLimitW, "clock_hz": s.ClockHz, "temperature_start_c": s.TemperatureStartC} {
			require.NotEqual(t, v, v, "%s of an unknown card is empty", name)
		}
		require.Equal(t, results.Unknown, s.Throttled)
	}
	require.Regexp(t, `SIMULATED · no joules · host package\+dram 8\d(\.\d+)? W beside it`, r.stdout)
	verified(t, dir)
}

// An A100's gauge sees 25 of each 100 ms. A load in step with it shows 100 W where the
// card draws 200: counter and gauge contradict each other, and nobody can say which is
// right, so there are no joules.
func TestALoadInStepWithASensorHasNoJoules(t *testing.T) {
	nvmltest.Use(t, nvmltest.Build(t), "pci=00000000:10:00.0,uuid=GPU-0,cc=8.0,period=0.1,seen=0.025,noise=0.1,law=square:100:300:0.1")
	dir := filepath.Join(t.TempDir(), "run")
	joulemark(t, "run", "--suite", suiteOfTenUpdates(t), "--out", dir, "--no-figures", "--meter", "nvml",
		"--external", "cards="+python(t, "cards.py", "1"), "--runner", "cards", "--trials", "1", "--workload", tiny).ok(t)
	run := open(t, dir)
	s := run.Samples[0]
	require.Equal(t, results.OK, s.Status)
	require.NotEqual(t, s.EnergyJ, s.EnergyJ, "no joules")
	require.Regexp(t, `no joules: nvml:0000:10:00.0-energy is contradicted: nvml:0000:10:00.0-instant says [0-9.]+ J, [34]\d % apart`, s.StatusReason)
	watts := map[string]float64{}
	for _, e := range run.Energy {
		watts[e.Domain] = e.MeanPowerW
	}
	require.InDelta(t, 100, watts["nvml:0000:10:00.0-instant"], 1)
	require.InDelta(t, 200, watts["nvml:0000:10:00.0-energy"], 20)
	verified(t, dir)
}

func TestListSaysWhyThereIsNoNVML(t *testing.T) {
	nvmltest.Use(t, nvmltest.Build(t))
	nvmltest.Options(t, "init=9")
	r := joulemark(t, "list", "meters").ok(t)
	require.Regexp(t, `nvml +- +missing +no NVML: .* does not start: nvmlInit_v2: the driver is not loaded: load NVIDIA's driver: sudo modprobe nvidia`, r.stdout)
}
