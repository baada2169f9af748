package plots

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"joulemark/results"
)

// An entry is one configuration of one run, summarised.
type entry struct {
	row    results.SummaryRow
	work   work
	series int // index into the collection's series
	basis  basis
}

// A basis is how joules were obtained: rankings hold one at a time, and simulated
// ones never stand beside others. Empty: none.
type basis struct {
	class, provenance string
	simulated         bool
}

// A collection is every entry of some runs and the names of its series.
type collection struct {
	runs    []*results.Run
	entries []entry
	series  []string
}

// collect summarises the runs.
func collect(runs []*results.Run) collection {
	c := collection{runs: runs}
	index := map[identity]int{}
	names := map[string]string{}
	var ids []identity
	for _, run := range runs {
		for _, row := range results.Summarise(run.Samples) {
			id := identify(row)
			if _, known := index[id]; !known {
				index[id] = len(ids)
				ids = append(ids, id)
			}
			if row.DeviceName != "" {
				names[row.DeviceID] = row.DeviceName
			}
			what := describe(row.Workload, row.DType).ofVersion(row.WorkloadVersion)
			c.entries = append(c.entries, entry{row, what, index[id], basisOf(row)})
		}
	}
	if len(ids) > 0 {
		c.series = seriesLabels(ids, names)
	}
	c.settle()
	return c
}

// basisOf is empty for a row without joules.
func basisOf(row results.SummaryRow) basis {
	if row.Status != results.OK || math.IsNaN(row.EfficiencyOpJ) {
		return basis{}
	}
	return basis{row.EnergyScopeClass, row.EnergyProvenance, row.Simulated == results.True}
}

// settle gives rows without joules the basis that most rows of their series have,
// so that a failure is written beside the bars it is missing from, and makes
// labels that two workloads share tell them apart.
func (c *collection) settle() {
	for s := range c.series {
		usual := c.usualBasis(s)
		for i := range c.entries {
			if e := &c.entries[i]; e.series == s && e.basis == (basis{}) {
				e.basis = usual
			}
		}
	}
	names := map[string]string{} // panel and label -> workload
	clash := map[string]bool{}
	for _, e := range c.entries {
		k := e.work.panel + "\x00" + e.work.label
		clash[k] = clash[k] || names[k] != "" && names[k] != e.row.Workload
		names[k] = e.row.Workload
	}
	for i := range c.entries {
		if e := &c.entries[i]; clash[e.work.panel+"\x00"+e.work.label] {
			e.work.label = e.row.Workload
		}
	}
}

func (c *collection) usualBasis(series int) (usual basis) {
	count := map[basis]int{}
	nothing := true // no row of the series was measured: it may stand on any page
	for _, e := range c.entries {
		if e.series == series {
			nothing = nothing && e.row.Status != results.OK
		}
	}
	for _, e := range c.entries {
		if (nothing || e.series == series) && e.basis != (basis{}) {
			count[e.basis]++
		}
	}
	for b, n := range count {
		if n > count[usual] || n == count[usual] && b.compare(usual) < 0 {
			usual = b
		}
	}
	return usual
}

// compare orders bases as pages are: measured before modelled, none last.
func (b basis) compare(o basis) int {
	if (b == basis{}) != (o == basis{}) {
		if b == (basis{}) {
			return 1
		}
		return -1
	}
	key := func(b basis) string {
		rank := slices.Index([]string{"measured", "external", "vendor_model"}, b.provenance)
		if rank < 0 {
			rank = 9
		}
		return string(rune('0'+rank)) + b.provenance + "\x00" + b.class
	}
	if b.simulated != o.simulated {
		return strings.Compare(fmt.Sprint(b.simulated), fmt.Sprint(o.simulated)) // "false" first
	}
	return strings.Compare(key(b), key(o))
}

// split divides by basis, each part a page.
func (c collection) split() []collection {
	var found []basis
	for _, e := range c.entries {
		if !slices.Contains(found, e.basis) {
			found = append(found, e.basis)
		}
	}
	slices.SortFunc(found, basis.compare)
	var pages []collection
	for _, b := range found {
		page := collection{runs: c.runs, series: c.series}
		for _, e := range c.entries {
			if e.basis == b {
				page.entries = append(page.entries, e)
			}
		}
		pages = append(pages, page)
	}
	return pages
}

// simulated says whether any row here is.
func (c collection) simulated() bool {
	return slices.ContainsFunc(c.entries, func(e entry) bool {
		return e.basis.simulated || e.row.Simulated == results.True
	})
}

// used are the runs that have an entry here.
func (c collection) used() (used []*results.Run) {
	for _, run := range c.runs {
		for _, e := range c.entries {
			if len(run.Samples) > 0 && e.row.RunID == run.Samples[0].RunID {
				used = append(used, run)
				break
			}
		}
	}
	return used
}

// usedSeries are the indices of the series that have an entry here, in order.
func (c collection) usedSeries() (used []int) {
	for s := range c.series {
		if slices.ContainsFunc(c.entries, func(e entry) bool { return e.series == s }) {
			used = append(used, s)
		}
	}
	return used
}
