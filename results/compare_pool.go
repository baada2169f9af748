package results

import (
	"math"
	"slices"
	"strings"
)

// A side is all trials of one configuration on one side of a comparison.
type side struct {
	key     Key
	dir     string       // of the last run that has it, for the next command
	samples []*Sample    // all of them
	ok      []*Sample    // status ok
	runs    [][]*Sample  // the ok ones by run, for the margin
	values  Median       // of the metric over ok
	models  []string     // machine models
	state   sourceOfLoss // what must be equal on both sides
}

// sourceOfLoss is what the joules of a side mean.
type sourceOfLoss struct{ provenance, scope, domain, simulated string }

type pool struct {
	byKey map[Key]*side
	order []Key
	used  map[Key]bool // compared with a key of the other side
}

func poolRuns(runs []*Run, o CompareOptions) *pool {
	p := &pool{byKey: map[Key]*side{}, used: map[Key]bool{}}
	for _, r := range runs {
		of := map[*side][]*Sample{}
		for i := range r.Samples {
			s := &r.Samples[i]
			d := p.side(comparisonKey(s, o), r.Dir, s)
			d.samples = append(d.samples, s)
			if s.Status == OK {
				of[d] = append(of[d], s)
			}
		}
		for d, ok := range of {
			d.runs = append(d.runs, ok)
			d.ok = append(d.ok, ok...)
		}
	}
	for _, d := range p.byKey {
		d.finish(o.Metric)
	}
	slices.SortStableFunc(p.order, Key.compare)
	return p
}

// comparisonKey leaves the machine out where machines of one model may stand for
// each other; the model takes its place.
func comparisonKey(s *Sample, o CompareOptions) Key {
	k := KeyOf(s)
	if o.SameModel {
		k.MachineID = s.MachineModel
	}
	return k
}

func (p *pool) side(k Key, dir string, s *Sample) *side {
	d := p.byKey[k]
	if d == nil {
		d = &side{key: k}
		p.byKey[k] = d
		p.order = append(p.order, k)
	}
	d.dir = dir
	if !slices.Contains(d.models, s.MachineID) {
		d.models = append(d.models, s.MachineID)
	}
	return d
}

func (p *pool) inOrder() []*side {
	sides := make([]*side, 0, len(p.order))
	for _, k := range p.order {
		sides = append(sides, p.byKey[k])
	}
	return sides
}

func (d *side) finish(metric string) {
	d.values = medianOver(d.ok, metricOf(metric))
	for _, s := range d.ok {
		d.state.provenance = joinNew(d.state.provenance, s.EnergyProvenance)
		d.state.scope = joinNew(d.state.scope, s.EnergyScope)
		d.state.domain = joinNew(d.state.domain, s.EnergyDomain)
		d.state.simulated = joinNew(d.state.simulated, s.Simulated.String())
	}
}

// joinNew adds a value that is not among those listed yet.
func joinNew(list, value string) string {
	switch {
	case value == "" || slices.Contains(strings.Split(list, " and "), value):
		return list
	case list == "":
		return value
	}
	return list + " and " + value
}

func metricOf(name string) func(*Sample) float64 {
	if name == MetricThroughput {
		return (*Sample).speed
	}
	return (*Sample).Efficiency
}

func (d *side) measured() bool { return len(d.ok) > 0 }

// why is the first reason for which a side has no trial that is ok.
func (d *side) why() string {
	for _, s := range d.samples {
		if s.StatusReason != "" {
			return s.Status + ": " + s.StatusReason
		}
	}
	return d.samples[0].Status
}

// throughput and power of the side, medians.
func (d *side) throughput() float64 { return medianOver(d.ok, (*Sample).speed).Center }

func (d *side) powerW() float64 { return medianOver(d.ok, (*Sample).PowerW).Center }

func (d *side) simulated() bool { return strings.Contains(d.state.simulated, "true") }

// change of b against a, as a fraction.
func change(a, b float64) float64 {
	if !(a > 0) {
		return math.NaN()
	}
	return b/a - 1
}
