package measure

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"joulemark/bench/machine"
	"joulemark/results"
	"joulemark/results/joules"
	"joulemark/runners"
	"joulemark/workloads"
)

func square(n int) workloads.Matmul {
	return workloads.Matmul{M: n, N: n, K: n, Type: workloads.FP32}.WithDefaults()
}

func suiteSteps(sizes ...int) (steps []workloads.SuiteStep) {
	for _, n := range sizes {
		steps = append(steps, workloads.SuiteStep{Workload: square(n), For: workloads.ForBoth})
	}
	return steps
}

func pairs(t *testing.T, devices []results.PlanDevice, sizes ...int) []results.PlanStep {
	t.Helper()
	p, err := pairsOf(devices, suiteSteps(sizes...))
	require.NoError(t, err)
	return p
}

var two = []results.PlanDevice{{Runner: "a", ID: "x", Kind: "cpu"}, {Runner: "b", ID: "y", Kind: "cpu"}}

func TestEachTrialHasEveryStepInAnOrderOfItsOwn(t *testing.T) {
	p := pairs(t, two, 8, 16, 24, 32)
	orders := map[string]bool{}
	for trial := 1; trial <= 6; trial++ {
		steps := arrange(slices.Clone(p), 7, trial, nil)
		require.Len(t, steps, 8)
		order := ""
		for i, s := range steps {
			require.Equal(t, trial, s.Trial)
			require.Equal(t, i+1, s.Order)
			order += s.Runner + string(s.Workload)
		}
		require.Len(t, byRunner(steps), 2, "one worker at a time: a runner's steps stand together")
		orders[order] = true
	}
	require.Greater(t, len(orders), 4)
}

// A run extended by --trials gets the order that it would have had from the start.
func TestOrderDependsOnSeedAndTrialAlone(t *testing.T) {
	p := pairs(t, two, 8, 16, 24)
	planned := arrange(slices.Clone(p), 7, 3, nil)
	first := arrange(slices.Clone(p), 7, 1, nil)
	require.Equal(t, planned, arrange(firstTrial(&results.Plan{Steps: first}), 7, 3, nil))
	require.NotEqual(t, planned, arrange(slices.Clone(p), 8, 3, nil))
}

func TestStepsAreForTheirKindAndRunner(t *testing.T) {
	steps := []workloads.SuiteStep{{Workload: square(8), For: "cpu"}, {Workload: square(16), For: "accelerator"}, {Workload: square(24), For: "both", Runners: []string{"b"}}}
	names := func(d results.PlanDevice) (out []string) {
		p, err := pairsOf([]results.PlanDevice{d}, steps)
		require.NoError(t, err)
		for _, s := range p {
			w, err := workloads.DecodeJSON(s.Workload)
			require.NoError(t, err)
			out = append(out, w.Name())
		}
		return out
	}
	require.Equal(t, []string{"matmul/fp32/m=8/n=8/k=8"}, names(results.PlanDevice{Runner: "a", Kind: "cpu"}))
	require.Equal(t, []string{"matmul/fp32/m=16/n=16/k=16", "matmul/fp32/m=24/n=24/k=24"}, names(results.PlanDevice{Runner: "b", Kind: "accelerator"}))
}

func TestSelectSteps(t *testing.T) {
	test := func(want int, patterns ...string) {
		t.Helper()
		got, err := selectSteps(suiteSteps(8, 16), patterns)
		require.NoError(t, err)
		require.Len(t, got, want)
	}
	test(2)
	test(2, "*")
	test(2, "matmul/*")
	test(1, "*m=8/*")
	test(1, "matmul/fp32/m=8/n=8/k=8", "*m=8/*")
	test(1, "matmul/bf16/m=3/n=4/k=5") // a whole name that the suite does not hold
	_, err := selectSteps(suiteSteps(8, 16), []string{"matmul/fp32/m=8/n=8/k=8x"})
	require.ErrorContains(t, err, `did you mean "matmul/fp32/m=8/n=8/k=8"?`)
}

func TestDevicesAreChosenByGlobAndUnknownOnesRefused(t *testing.T) {
	all := []found{{name: "a", devices: []runners.Device{{ID: "cuda:0", Kind: "accelerator"}, {ID: "cuda:1", Kind: "accelerator"}}}}
	test := func(want int, globs ...string) {
		t.Helper()
		got, err := (&Job{Devices: globs}).planDevices(all)
		require.NoError(t, err)
		require.Len(t, got, want)
	}
	test(2)
	test(1, "cuda:1")
	test(2, "cuda:*")
	_, err := (&Job{Devices: []string{"cuda:9"}}).planDevices(all)
	require.ErrorContains(t, err, `no device "cuda:9"`)
}

func TestARunnerThatWasNamedAndIsNotHereStaysInThePlan(t *testing.T) {
	missing := []found{{name: "a", err: errors.New("gone")}}
	named, err := (&Job{Runners: []string{"a"}}).planDevices(missing)
	require.NoError(t, err)
	require.Len(t, named, 1)
	byDefault, err := (&Job{}).planDevices(missing)
	require.NoError(t, err)
	require.Empty(t, byDefault)
}

func TestLengths(t *testing.T) {
	quick := workloads.Suite{WindowS: 2, WindowUpdates: 20, WarmupMaxS: 2, IdleS: 2, IdleMaxS: 10, IdleUpdates: 10}
	counter := joules.Domain{Kind: joules.Counter, Period: time.Millisecond}
	slow := joules.Domain{Kind: joules.Counter, Period: 500 * time.Millisecond}
	gauge := joules.Domain{Kind: joules.GaugeAverage, Period: 100 * time.Millisecond, Window: time.Second}
	test := func(window, warmupMin, warmupMax, tail, idle time.Duration, headline ...joules.Domain) {
		t.Helper()
		l := lengthsFor(quick, headline, len(headline) > 0)
		require.Equal(t, lengths{window: window, warmupMin: warmupMin, warmupMax: warmupMax, tail: tail, idle: idle, chunk: min(time.Second, warmupMax/8)}, l)
	}
	s := time.Second
	test(2*s, 0, 2*s, 0, 0)
	test(2*s, 0, 2*s, 0, 2*s, counter)
	test(10*s, 0, 2*s, 0, 5*s, counter, slow)
	test(2*s, 1100*time.Millisecond, 2*s, 1100*time.Millisecond, 2*s, gauge)
	partTimer := joules.Domain{Kind: joules.Counter, Period: 101 * time.Millisecond, SeenFraction: 0.25}
	test(4040*time.Millisecond, 0, 2*s, 0, 2*s, partTimer) // sees a quarter of each period
}

func TestVoidReasons(t *testing.T) {
	nan := math.NaN()
	calm := machine.State{ThrottleCount: nan, BusyS: 100, OwnS: 50, CPUs: 2, Affinity: 2}
	after := func(edit func(*machine.State)) machine.State {
		s := calm
		s.BusyS, s.OwnS = 104, 54
		edit(&s)
		return s
	}
	test := func(want string, cpu bool, edit func(*machine.State)) {
		t.Helper()
		before := calm
		if want == "throttled" || !cpu {
			before.ThrottleCount = 3
		}
		got := voidReason(before, after(edit), 2, 0.25, cpu)
		if want == "" {
			require.Empty(t, got)
		}
		require.Contains(t, got, want)
	}
	test("", true, func(*machine.State) {})
	test("throttled", true, func(s *machine.State) { s.ThrottleCount = 4 })
	test("", false, func(s *machine.State) { s.ThrottleCount = 4 })
	test("other processes took 50 %", true, func(s *machine.State) { s.BusyS += 2 })
	test("", true, func(s *machine.State) { s.BusyS += 0.9 })
	test("changed from 2 to 1", true, func(s *machine.State) { s.Affinity = 1 })
}

// A CPU that goes offline and one that is taken away look the same from outside.
func TestMoved(t *testing.T) {
	both := machine.CPUSet{First: "0,1", Any: "0,1"}
	require.Contains(t, moved(both, machine.CPUSet{First: "1", Any: "1"}), "may use changed from 0,1 to 1 in the window")
	require.Contains(t, moved(both, machine.CPUSet{First: "0", Any: "0,1"}), "may use changed from 0,1 to 0 in the window")
	require.Contains(t, moved(machine.CPUSet{First: "0", Any: "0"}, machine.CPUSet{First: "1", Any: "1"}), "from 0 to 1")
	require.Empty(t, moved(both, both))
	require.Empty(t, moved(both, machine.CPUSet{}), "not known")
	require.Empty(t, moved(machine.CPUSet{}, both), "not known")
}
