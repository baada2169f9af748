package plots

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/results"
	"joulemark/results/joules"
)

// Every page holds one basis; rows without joules stand with the rest of their series.
func TestSplitKeepsBasesApart(t *testing.T) {
	name := func(i int) string { return quickRows[i].workload }
	rows := []fixtureRow{
		{runner: "cpu", workload: name(0), speed: 40, power: 100, energy: raplEnergy},
		{runner: "cpu", workload: name(1), status: results.Failed, reason: "wrong values"},
		{runner: "cuda", workload: name(0), speed: 900, power: 400, energy: plugEnergy},
		{runner: "opencl", workload: name(0), speed: 20},
		{runner: "hip", workload: name(0), status: results.Unavailable, reason: "no driver"},
	}
	all := collect([]*results.Run{fixture{model: "m", run: "r", trials: 6, estimate: zen5Estimate, rows: rows}.build(t)})
	want := map[basis][]string{
		{"component", "measured", false}: {"cpu", "cpu", "hip"},
		{"system", "external", false}:    {"cuda"},
		{}:                               {"opencl"},
	}
	parts := all.split()
	require.Len(t, parts, len(want))
	require.Equal(t, basis{"component", "measured", false}, parts[0].entries[0].basis)
	require.Equal(t, basis{}, parts[2].entries[0].basis, "the page without joules is last")
	for _, part := range parts {
		var runners []string
		for _, e := range part.entries {
			require.Equal(t, part.entries[0].basis, e.basis)
			runners = append(runners, e.row.Runner)
		}
		slices.Sort(runners)
		require.Equal(t, want[part.entries[0].basis], runners)
	}
}

// An estimate is never on a page of measured joules, and never on the axis of one.
func TestEstimatesStandApart(t *testing.T) {
	measured := efficiency{collection: collect([]*results.Run{fixture{model: "m", run: "r", trials: 6, rows: withEnergy(quickRows, "cpu", "", 1, 100, raplEnergy)}.build(t)})}
	guessed := efficiency{collection: collect([]*results.Run{fixture{model: "m", run: "r", trials: 6, estimate: zen5Estimate, rows: quickRows}.build(t)})}
	for _, e := range []efficiency{measured, guessed} {
		for _, b := range e.panels() {
			for _, g := range b.(barPanel).groups {
				for i, c := range g.bars[0].cells {
					require.Equal(t, !e.measured() && i == 1, c.estimated)
				}
			}
		}
	}
	_, subtitle := guessed.words()
	require.Contains(t, subtitle, "estimated from published watts (2 cores × 3.2…7.8 W, × 0.4…2.2)")
	require.Contains(t, subtitle, "never ranked")
}

// A page without joules says whether a sensor was there.
func TestNoPowerWords(t *testing.T) {
	run := fixture{model: "m", run: "r", trials: 1, rows: quickRows[:1]}.build(t)
	require.Equal(t, "No power sensor", collect([]*results.Run{run}).noPower())
	run.Machine.Domains = []joules.Domain{{Meter: "vm", Provenance: joules.Virtual}}
	require.Equal(t, "No power sensor", collect([]*results.Run{run}).noPower())
	run.Machine.Domains[0].Provenance = joules.Measured
	require.Equal(t, "No joules in these rows", collect([]*results.Run{run}).noPower())
}

func TestMissingWords(t *testing.T) {
	cases := []struct{ status, reason, want string }{
		{results.Void, "throttled", "void: throttled"},
		{results.Unsupported, "", "not supported"},
		{results.Unavailable, "no driver", "not available: no driver"},
		{results.Failed, "wrong values", "failed: wrong values"},
		{results.OK, "", "n/a"},
	}
	for _, c := range cases {
		require.Equal(t, c.want, missing(results.SummaryRow{Status: c.status, StatusReason: c.reason}))
	}
}

// Workloads that would print the same label keep their whole names.
func TestClashingLabels(t *testing.T) {
	const shape = "/hidden=64/heads=4/kv_heads=4/head_dim=16/ffn=128/norm=rmsnorm_pre/act=swiglu/attention=causal/bias=false/eps=1e-05"
	a := "layer/custom/prefill/fp32/b=1/t=8/c=0" + shape + "/rope_theta=10000"
	b := "layer/custom/prefill/fp32/b=1/t=8/c=0" + shape + "/rope_theta=500000"
	all := collection{series: []string{"cpu"}}
	for _, name := range []string{a, b} {
		all.entries = append(all.entries, entry{row: results.SummaryRow{Workload: name}, work: describe(name, "fp32")})
	}
	require.Equal(t, all.entries[0].work.label, all.entries[1].work.label)
	all.settle()
	require.Equal(t, a, all.entries[0].work.label)
	require.Equal(t, b, all.entries[1].work.label)
}

func TestEmptyRuns(t *testing.T) {
	for _, f := range Figures() {
		_, err := f.Draw([]*results.Run{{Machine: &results.Machine{}}})
		require.ErrorIs(t, err, ErrSkipped, f.Name)
	}
}
