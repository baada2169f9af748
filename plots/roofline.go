package plots

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"joulemark/results"
	"joulemark/workloads"
)

func init() {
	Register(Figure{
		Name:    "roofline",
		Summary: "every matmul and layer under the machine's measured ceilings, against arithmetic intensity",
		Draw:    drawRoofline,
	})
}

// A roofKey is what ceilings and cases must share: of another machine, runner or
// number of threads a ceiling says nothing.
type roofKey struct {
	machine, runner, device string
	threads, devices        int
	simulated               bool
}

func roofKeyOf(r results.SummaryRow) roofKey {
	return roofKey{r.MachineID, r.Runner, r.DeviceID, r.Threads, r.DeviceCount, r.Simulated == results.True}
}

// drawRoofline makes a page of every key that has both kinds of ceilings.
func drawRoofline(runs []*results.Run) ([]*Page, error) {
	all := collect(runs)
	var keys []roofKey
	groups := map[roofKey]*collection{}
	for _, e := range all.entries {
		k := roofKeyOf(e.row)
		if groups[k] == nil {
			keys = append(keys, k)
			groups[k] = &collection{runs: runs, series: all.series}
		}
		groups[k].entries = append(groups[k].entries, e)
	}
	var roofs []roofline
	var bare []string // where there are cases and no ceilings
	for _, k := range keys {
		r := newRoofline(*groups[k])
		switch {
		case len(r.flat) > 0 && r.memory.bytes > 0:
			roofs = append(roofs, r)
		case len(r.cases) > 0:
			bare = append(bare, r.where())
		}
	}
	var pages []*Page
	for _, r := range roofs {
		pages = append(pages, r.frame(bare).page(Light))
	}
	if len(pages) == 0 {
		return nil, skip("these runs hold " + lacking(all.entries) + ": measure them with joulemark run --suite roofline, and give that folder as well")
	}
	return pages, nil
}

// lacking says which of the ceilings that a page needs there are not.
func lacking(entries []entry) string {
	r := newRoofline(collection{entries: entries})
	switch {
	case len(r.flat) > 0 && r.memory.bytes > 0:
		return "peaks and bandwidths, but not both of one machine, runner and number of threads"
	case len(r.flat) > 0:
		return "peaks and no bandwidth of reading"
	case r.memory.bytes > 0:
		return "bandwidths and no peak of the machine"
	}
	return "no ceilings of the machine"
}

// A roofline is one page.
type roofline struct {
	collection
	flat    []roof // multiply-adds, one a type
	slanted []roof // bandwidths, fastest first
	memory  roof   // the slanted one that reads the most
	cases   []roofCase
}

// A roof is a ceiling: op/s, or B/s of a slanted one.
type roof struct {
	label            string
	value, low, high float64
	dtype            string
	bytes            int // footprint of a slanted one
	triad            bool
}

// A roofCase is a point: a matmul or a layer.
type roofCase struct {
	label     string // size alone: the colour tells the type
	kind      int    // index of kindNames
	dtype     string
	intensity float64
	point     sizePoint
}

// kindNames are the kinds of cases, by marker.
var kindNames = []string{"matrix multiplication", "layer, prefill", "layer, decode"}

func newRoofline(c collection) roofline {
	r := roofline{collection: c}
	for _, e := range c.entries {
		if e.row.Status != results.OK || e.row.WorkloadVersion != workloads.Version {
			continue
		}
		w, err := workloads.Parse(e.row.Workload)
		if err != nil {
			continue
		}
		switch w := w.(type) {
		case workloads.Peak:
			r.addPeak(w, e.row)
		case workloads.Stream:
			r.addStream(w, e.row)
		default:
			r.addCase(w, e)
		}
	}
	order := func(d string) int { return slices.Index(typeOrder, workloads.DType(d)) }
	slices.SortFunc(r.flat, func(a, b roof) int { return cmp.Compare(order(a.dtype), order(b.dtype)) })
	slices.SortFunc(r.slanted, func(a, b roof) int { return cmp.Compare(b.value, a.value) })
	for _, s := range r.slanted {
		if !s.triad && s.bytes > r.memory.bytes {
			r.memory = s
		}
	}
	return r
}

// higher keeps the higher of two measurements of one ceiling: what was reached once
// can be reached.
func higher(list []roof, same func(roof) bool, r roof) []roof {
	if !(r.value > 0) {
		return list
	}
	i := slices.IndexFunc(list, same)
	if i < 0 {
		return append(list, r)
	}
	if r.value > list[i].value {
		list[i] = r
	}
	return list
}

func (r *roofline) addPeak(w workloads.Peak, row results.SummaryRow) {
	p := roof{value: row.ThroughputOpS, low: row.ThroughputLowOpS, high: row.ThroughputHighOpS, dtype: string(w.Type)}
	p.label = string(w.Type) + " " + FormatSI(p.value, unitOf(p.dtype)+"/s")
	r.flat = higher(r.flat, func(o roof) bool { return o.dtype == p.dtype }, p)
}

// addStream takes reading of every size, and of triad the largest alone: what stores
// cost in caches is another matter than what a kernel can read.
func (r *roofline) addStream(w workloads.Stream, row results.SummaryRow) {
	s := roof{value: row.BandwidthBS, low: row.BandwidthLowBS, high: row.BandwidthHighBS, bytes: w.Footprint, triad: w.Kernel == workloads.StreamTriad}
	s.label = fmt.Sprintf("%s %s\n%s", w.Kernel, binarySize(w.Footprint), FormatSI(s.value, "B/s"))
	switch w.Kernel {
	case workloads.StreamRead:
		r.slanted = higher(r.slanted, func(o roof) bool { return !o.triad && o.bytes == s.bytes }, s)
	case workloads.StreamTriad:
		if i := slices.IndexFunc(r.slanted, func(o roof) bool { return o.triad }); i >= 0 && r.slanted[i].bytes != s.bytes {
			if r.slanted[i].bytes > s.bytes {
				return
			}
			r.slanted = slices.Delete(r.slanted, i, i+1)
		}
		r.slanted = higher(r.slanted, func(o roof) bool { return o.triad }, s)
	}
}

func (r *roofline) addCase(w workloads.Workload, e entry) {
	row := e.row
	if !(row.ThroughputOpS > 0) || !(w.Bytes() > 0) {
		return
	}
	c := roofCase{dtype: string(w.DType()), intensity: w.Ops() / w.Bytes(), point: sizePoint{y: row.ThroughputOpS, low: row.ThroughputLowOpS, high: row.ThroughputHighOpS}}
	c.point.x = c.intensity
	c.label = strings.TrimSpace(strings.Replace(e.work.label, c.dtype, "", 1))
	c.label = strings.Join(strings.Fields(c.label), " ")
	if l, ok := w.(workloads.Layer); ok {
		c.kind = 1
		if l.Phase == workloads.Decode {
			c.kind = 2
		}
	}
	r.cases = append(r.cases, c)
}

// ridge is the intensity at which a type's roof meets a bandwidth: right of it a case
// may be bound by arithmetic, left of it by the memory.
func ridge(flat, slanted roof) float64 { return flat.value / slanted.value }

// dtypes are those of the page in the order of print; the index is the colour.
func (r roofline) dtypes() (list []string) {
	for _, d := range typeOrder {
		has := slices.ContainsFunc(r.flat, func(f roof) bool { return f.dtype == string(d) }) ||
			slices.ContainsFunc(r.cases, func(c roofCase) bool { return c.dtype == string(d) })
		if has {
			list = append(list, string(d))
		}
	}
	return list
}

// top is the highest flat roof.
func (r roofline) top() float64 {
	b := math.Inf(-1)
	for _, f := range r.flat {
		b = max(b, f.value)
	}
	return b
}
