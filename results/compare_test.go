package results_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"joulemark/results"

	"github.com/stretchr/testify/require"
)

// runOf is a run of one configuration whose trials have these efficiencies in
// op/J at 100 W, so that efficiency and throughput move alike.
func runOf(efficiencies ...float64) *results.Run {
	r := &results.Run{Dir: "DIR"}
	for i, e := range efficiencies {
		r.Samples = append(r.Samples, trial(i+1, 100*e, 100))
	}
	return r
}

// around is n trials spread evenly over center ± width.
func around(n int, center, width float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = center + width*(2*float64(i)/float64(n-1)-1)
	}
	return out
}

func with(r *results.Run, change func(*results.Sample)) *results.Run {
	for i := range r.Samples {
		change(&r.Samples[i])
	}
	return r
}

func one(t *testing.T, base, new []*results.Run, o results.CompareOptions) results.Verdict {
	t.Helper()
	c, err := results.Compare(base, new, o)
	require.NoError(t, err)
	require.Len(t, c.Verdicts, 1)
	return c.Verdicts[0]
}

func TestVerdicts(t *testing.T) {
	base := around(6, 100, 0.5) // 99.5…100.5
	for name, c := range map[string]struct {
		new       []float64
		want      results.Outcome
		low, high float64
	}{
		"same":                   {around(6, 100, 0.5), results.Pass, 99.5/100.5 - 1, 100.5/99.5 - 1},
		"wholly below":           {around(6, 93, 0.5), results.Regressed, 92.5/100.5 - 1, 93.5/99.5 - 1},
		"upper end above margin": {around(6, 94.4, 0.5), results.Inconclusive, 93.9/100.5 - 1, 94.9/99.5 - 1},
		"lower end above margin": {around(6, 97, 0.5), results.Pass, 96.5/100.5 - 1, 97.5/99.5 - 1},
		"wholly above":           {around(6, 107, 0.5), results.Improved, 106.5/100.5 - 1, 107.5/99.5 - 1},
		"above, not wholly":      {around(6, 105.2, 0.5), results.Pass, 104.7/100.5 - 1, 105.7/99.5 - 1},
		"far too wide":           {around(6, 100, 20), results.Inconclusive, 80/100.5 - 1, 120/99.5 - 1},
		"five trials":            {around(5, 80, 0.5), results.Inconclusive, math.NaN(), math.NaN()},
		"twelve trials":          {around(12, 93, 0.5), results.Regressed, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			for _, metric := range []string{results.MetricEfficiency, results.MetricThroughput} {
				v := one(t, []*results.Run{runOf(base...)}, []*results.Run{runOf(c.new...)}, results.CompareOptions{Metric: metric})
				require.Equal(t, c.want, v.Outcome)
				require.Equal(t, results.DefaultMargin, v.Margin)
				switch {
				case math.IsNaN(c.low):
					require.True(t, math.IsNaN(v.Low) && math.IsNaN(v.High))
				case c.low != 0:
					require.InDelta(t, c.low, v.Low, 1e-12)
					require.InDelta(t, c.high, v.High, 1e-12)
				}
				require.Equal(t, c.want == results.Inconclusive, v.Reason != "")
				require.NotEqual(t, c.want == results.Inconclusive, v.Next == "" && name != "far too wide", v.Next)
			}
		})
	}
}

// Reading and copying have no operations: their speed is their bandwidth.
func TestBandwidthIsCompared(t *testing.T) {
	stream := func(r *results.Run) *results.Run {
		return with(r, func(s *results.Sample) { s.Bytes, s.Ops = s.Ops, 0 })
	}
	base, slower := stream(runOf(around(6, 100, 0.5)...)), stream(runOf(around(6, 93, 0.5)...))
	v := one(t, []*results.Run{base}, []*results.Run{slower}, results.CompareOptions{Metric: results.MetricThroughput})
	require.Equal(t, results.Regressed, v.Outcome, v.Reason)
	require.InDelta(t, -0.07, v.Change, 1e-12)
	v = one(t, []*results.Run{base}, []*results.Run{slower}, results.CompareOptions{})
	require.Equal(t, "work without operations has no efficiency: --metric throughput compares its bandwidth", v.Reason)
}

// Where nothing may be judged the verdict says which field differs, or what lacks.
func TestNotComparable(t *testing.T) {
	good := func() *results.Run { return runOf(around(6, 100, 0.5)...) }
	for want, change := range map[string]func(*results.Sample){
		"differs from the baseline in machine (m against n)":                                         func(s *results.Sample) { s.MachineID = "n" },
		"differs from the baseline in threads (0 against 4)":                                         func(s *results.Sample) { s.Threads = 4 },
		"differs from the baseline in fill (uniform against zeros)":                                  func(s *results.Sample) { s.Fill = "zeros" },
		"differs from the baseline in workload_version (1 against 2)":                                func(s *results.Sample) { s.WorkloadVersion = 2 },
		"differs from the baseline in power_limit_w (none against 150)":                              func(s *results.Sample) { s.PowerLimitW = 150 },
		"differs from the baseline in runner (cpu against onednn)":                                   func(s *results.Sample) { s.Runner = "onednn" },
		"differs from the baseline in device (cpu against x) and fill (uniform against zeros)":       func(s *results.Sample) { s.DeviceID, s.Fill = "x", "zeros" },
		"the baseline has no such workload: measure the baseline with the same suite":                func(s *results.Sample) { s.Workload = "other" },
		"energy_provenance differs (measured against external): measure both with the same meters":   func(s *results.Sample) { s.EnergyProvenance = "external" },
		"energy_scope differs (package against package+dram): measure both with the same meters":     func(s *results.Sample) { s.EnergyScope = "package+dram" },
		"energy_domain differs (rapl:package-0 against hwmon:p0): measure both with the same meters": func(s *results.Sample) { s.EnergyDomain = "hwmon:p0" },
		"simulated differs (false against true)":                                                     func(s *results.Sample) { s.Simulated = results.True },
		"no measured joules: --metric throughput compares speed alone":                               func(s *results.Sample) { s.EnergyJ = math.NaN() },
		"the new runs have no ok trial (failed: it broke)":                                           func(s *results.Sample) { s.Status, s.StatusReason = results.Failed, "it broke" },
	} {
		c, err := results.Compare([]*results.Run{good()}, []*results.Run{with(good(), change)}, results.CompareOptions{Strict: true})
		require.NoError(t, err)
		require.Equal(t, results.NotComparable, c.Verdicts[0].Outcome, want)
		require.Equal(t, want, c.Verdicts[0].Reason)
		require.Equal(t, 3, c.Exit())
		require.False(t, c.CanFire())
		require.NotEmpty(t, c.Notes, "a gate that cannot fire says so")
	}
}

// Estimates and makers' models never gate; only measured and external joules do.
func TestProvenanceGate(t *testing.T) {
	for provenance, want := range map[string]results.Outcome{
		"measured": results.Regressed, "external": results.Regressed, "vendor_model": results.NotComparable, "virtual": results.NotComparable,
		"estimated": results.NotComparable, "foreign": results.NotComparable,
	} {
		set := func(s *results.Sample) { s.EnergyProvenance = provenance }
		base, slow := with(runOf(around(6, 100, 0.5)...), set), with(runOf(around(6, 80, 0.5)...), set)
		require.Equal(t, want, one(t, []*results.Run{base}, []*results.Run{slow}, results.CompareOptions{}).Outcome, provenance)
		require.Equal(t, results.Regressed, one(t, []*results.Run{base}, []*results.Run{slow}, results.CompareOptions{Metric: "throughput"}).Outcome)
	}
	sim := func(s *results.Sample) { s.Simulated = results.True }
	v := one(t, []*results.Run{with(runOf(around(6, 100, 0.5)...), sim)}, []*results.Run{with(runOf(around(6, 100, 0.5)...), sim)}, results.CompareOptions{})
	require.Equal(t, []string{"simulated"}, v.Labels)
}

func TestSameModel(t *testing.T) {
	base := with(runOf(around(6, 100, 0.5)...), func(s *results.Sample) { s.MachineModel = "A" })
	other := with(runOf(around(6, 100, 0.5)...), func(s *results.Sample) { s.MachineModel, s.MachineID = "A", "m2" })
	v := one(t, []*results.Run{base}, []*results.Run{other}, results.CompareOptions{SameModel: true})
	require.Equal(t, results.Pass, v.Outcome)
	require.Equal(t, []string{"other machine of the model"}, v.Labels)
	elsewhere := with(runOf(around(6, 100, 0.5)...), func(s *results.Sample) { s.MachineModel = "B" })
	require.Equal(t, results.NotComparable, one(t, []*results.Run{base}, []*results.Run{elsewhere}, results.CompareOptions{SameModel: true}).Outcome)
}

func TestMissingConfigurations(t *testing.T) {
	two := runOf(around(6, 100, 0.5)...)
	two.Samples = append(two.Samples, with(runOf(around(6, 100, 0.5)...), func(s *results.Sample) { s.Workload = "v" }).Samples...)
	c, err := results.Compare([]*results.Run{two}, []*results.Run{runOf(around(6, 100, 0.5)...)}, results.CompareOptions{})
	require.NoError(t, err)
	require.Equal(t, "1 pass, 1 not comparable", c.Counts())
	require.Equal(t, 0, c.Exit())
	require.Equal(t, "the new runs have no such configuration: measure it again, or drop it from the baseline", c.Verdicts[1].Reason)

	unsupported := func() *results.Run {
		return with(runOf(1), func(s *results.Sample) { s.Status = results.Unsupported })
	}
	c, err = results.Compare([]*results.Run{unsupported()}, []*results.Run{unsupported()}, results.CompareOptions{Strict: true})
	require.NoError(t, err)
	require.Empty(t, c.Verdicts, "what neither side can do is no doubt")
	require.Equal(t, 3, c.Exit(), "but a gate without any verdict is")
}

// The margin follows the baselines only where there are enough of them.
func TestMargin(t *testing.T) {
	margin := func(medians ...float64) float64 {
		var base []*results.Run
		for _, m := range medians {
			base = append(base, runOf(around(6, m, 0.1)...))
		}
		return one(t, base, []*results.Run{runOf(around(6, 100, 0.1)...)}, results.CompareOptions{}).Margin
	}
	require.Equal(t, 0.05, margin(100))
	require.Equal(t, 0.05, margin(100, 101), "two days do not show how days differ")
	require.Equal(t, 0.01, margin(100, 100), "never below one percent")
	require.Equal(t, 0.05, margin(90, 100, 110, 95), "never above five")
	// s of the logs of 99.5, 100, 100.5, 100 is 0.004083; t(0.975, 3) = 3.182; sqrt(1.25)
	require.InDelta(t, math.Expm1(3.182*0.0040825*math.Sqrt(1.25)), margin(99.5, 100, 100.5, 100), 1e-5)
	v := one(t, []*results.Run{runOf(around(6, 100, 0.1)...)}, []*results.Run{runOf(around(6, 97, 0.1)...)}, results.CompareOptions{MarginPct: 2})
	require.Equal(t, results.Regressed, v.Outcome)
}

func TestExplain(t *testing.T) {
	base := runOf(around(6, 100, 0.1)...)
	for want, change := range map[string]func(*results.Sample){
		"throughput -6.3 %, power +0.0 %: same watts, slower":      func(s *results.Sample) { s.DurationS /= 0.937; s.EnergyJ /= 0.937 },
		"throughput +0.0 %, power +10.0 %: more watts, same speed": func(s *results.Sample) { s.EnergyJ *= 1.1 },
		"throughput +2.0 %, power -10.0 %: fewer watts, faster":    func(s *results.Sample) { s.Iterations *= 1.02; s.EnergyJ *= 0.9 },
	} {
		v := one(t, []*results.Run{base}, []*results.Run{with(runOf(around(6, 100, 0.1)...), change)}, results.CompareOptions{})
		require.Equal(t, want, v.Explain())
	}
	v := one(t, []*results.Run{base}, []*results.Run{with(runOf(around(6, 100, 0.1)...), func(s *results.Sample) { s.EnergyJ = math.NaN() })}, results.CompareOptions{Metric: "throughput"})
	require.Empty(t, v.Explain())
	require.Equal(t, "n/a", results.Percent(math.NaN()))
}

func TestExit(t *testing.T) {
	base := runOf(around(6, 100, 0.5)...)
	for name, c := range map[string]struct {
		new    []float64
		strict bool
		want   int
	}{
		"pass":                {around(6, 100, 0.5), true, 0},
		"improved":            {around(6, 120, 0.5), true, 0},
		"regressed":           {around(6, 80, 0.5), false, 1},
		"regressed, strict":   {around(6, 80, 0.5), true, 1},
		"inconclusive":        {around(5, 80, 0.5), false, 0},
		"inconclusive,strict": {around(5, 80, 0.5), true, 3},
	} {
		got, err := results.Compare([]*results.Run{base}, []*results.Run{runOf(c.new...)}, results.CompareOptions{Strict: c.strict})
		require.NoError(t, err)
		require.Equal(t, c.want, got.Exit(), name)
	}
	for want, o := range map[string]results.CompareOptions{
		`no metric "speed": use efficiency or throughput`:                      {Metric: "speed"},
		"a margin of 60 % cannot judge anything: use one above 0 and below 50": {MarginPct: 60},
	} {
		_, err := results.Compare([]*results.Run{base}, []*results.Run{base}, o)
		require.EqualError(t, err, want)
	}
	_, err := results.Compare(nil, []*results.Run{base}, results.CompareOptions{})
	require.EqualError(t, err, "no baseline to compare with: name one with --base DIR")
}

// The self-test must go red where the gate can, and say what it needs where not.
func TestSelfTest(t *testing.T) {
	for name, c := range map[string]struct {
		base, new []float64
		want      int
		note      string
	}{
		"quiet":          {around(6, 100, 0.5), around(6, 100, 0.5), 0, ""},
		"improved since": {around(6, 100, 0.5), around(6, 140, 0.5), 0, ""},
		"too noisy":      {around(6, 100, 20), around(6, 100, 20), 3, "the self-test did not make the gate fire: it needs narrower intervals: more trials, or a quieter machine"},
		"few trials":     {around(3, 100, 0.5), around(3, 100, 0.5), 3, "the self-test did not make the gate fire: it needs at least 6 trials on both sides (joulemark run --trials 6)"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, metric := range []string{results.MetricEfficiency, results.MetricThroughput} {
				base, fresh := runOf(c.base...), runOf(c.new...)
				before := slices.Clone(fresh.Samples)
				got, err := results.Compare([]*results.Run{base}, []*results.Run{fresh}, results.CompareOptions{SelfTest: true, Metric: metric})
				require.NoError(t, err)
				require.Equal(t, c.want, got.Exit())
				if c.note == "" {
					require.Empty(t, got.Notes)
					require.InDelta(t, -0.1, got.Verdicts[0].Change, 1e-9, "twice the margin")
				} else {
					require.Equal(t, []string{c.note}, got.Notes)
				}
				require.True(t, slices.EqualFunc(before, fresh.Samples, func(a, b results.Sample) bool { return a.EnergyJ == b.EnergyJ && a.DurationS == b.DurationS }), "the run itself is not touched")
			}
		})
	}
}

// A/A and injected losses, 400 comparisons of 30 configurations: trials share
// their run's day (0.8 %) and have 0.6 % of their own. No red without a loss, and
// a loss of 12 % is found. The seed is fixed, so the counts are too.
func TestGateByCampaign(t *testing.T) {
	noise := rand.New(rand.NewPCG(7, 7))
	campaign := func(loss float64) (red int) {
		for range 400 {
			run := func(center float64) *results.Run {
				day, r := 1+0.008*noise.NormFloat64(), &results.Run{Dir: "DIR"}
				for config := range 30 {
					for i := range 6 {
						s := trial(i+1, 100*center*day*(1+0.006*noise.NormFloat64()), 100)
						s.Workload = string(rune('a' + config))
						r.Samples = append(r.Samples, s)
					}
				}
				return r
			}
			c, err := results.Compare([]*results.Run{run(100)}, []*results.Run{run(100 * (1 - loss))}, results.CompareOptions{})
			require.NoError(t, err)
			red += c.Count(results.Regressed)
		}
		return red
	}
	require.Zero(t, campaign(0), "of 12,000 verdicts on nothing")
	require.Greater(t, campaign(0.12), 11_900, "of 12,000 verdicts on a loss of 12 %")
}
