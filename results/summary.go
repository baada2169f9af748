package results

import (
	"math"
	"slices"
)

// Summarise sums up samples, one row a run and Key: medians over trials of
// status ok, with 95 % intervals from six trials on. Rows of one run stand
// together, runs in the order they first appear, so that the summary of
// concatenated samples is the concatenation of their summaries.
//
// Efficiency is the median of the trials' own ratios operations / joules, not a
// ratio of medians. Trials whose joules come from other domains than most of
// the trials' count for speed only: their joules mean something else.
func Summarise(samples []Sample) []SummaryRow {
	type group struct {
		run int
		key Key
	}
	runs, members := map[string]int{}, map[group][]*Sample{}
	var order []group
	for i := range samples {
		s := &samples[i]
		if _, known := runs[s.RunID]; !known {
			runs[s.RunID] = len(runs)
		}
		g := group{runs[s.RunID], KeyOf(s)}
		if members[g] == nil {
			order = append(order, g)
		}
		members[g] = append(members[g], s)
	}
	slices.SortStableFunc(order, func(a, b group) int {
		if a.run != b.run {
			return a.run - b.run
		}
		return a.key.compare(b.key)
	})
	rows := make([]SummaryRow, 0, len(order))
	for _, g := range order {
		rows = append(rows, summariseKey(members[g]))
	}
	return rows
}

var blankSummary = summaryTable.blank()

// summariseKey makes one row of all samples of a key, which are at least one.
func summariseKey(samples []*Sample) SummaryRow {
	r, s := blankSummary, samples[0]
	r.RunID, r.MachineID, r.MachineModel = s.RunID, s.MachineID, s.MachineModel
	r.Runner, r.DeviceID, r.DeviceName = s.Runner, s.DeviceID, s.DeviceName
	r.Workload, r.WorkloadVersion, r.DType, r.Fill = s.Workload, s.WorkloadVersion, s.DType, s.Fill
	r.Threads, r.PowerLimitW = s.Threads, s.PowerLimitW
	if s.DeviceCount > 1 {
		r.DeviceCount = s.DeviceCount
	}
	ok := countStatuses(&r, samples)
	r.Trials = len(ok)
	for _, s := range samples {
		if s.Simulated == True || r.Simulated == Unknown {
			r.Simulated = s.Simulated
		}
	}
	summariseSpeed(&r, ok)
	summariseEnergy(&r, withSameEnergy(ok))
	return r
}

// countStatuses fills the row's status and returns the samples that are ok.
func countStatuses(r *SummaryRow, samples []*Sample) (ok []*Sample) {
	for _, s := range samples {
		switch s.Status {
		case OK:
			ok = append(ok, s)
			continue
		case Void:
			r.Void++
		case Failed:
			r.Failed++
		}
		if r.Status == "" {
			r.Status, r.StatusReason = s.Status, s.StatusReason
		}
	}
	if len(ok) > 0 {
		r.Status, r.StatusReason, r.DeviceName = OK, "", ok[0].DeviceName
	}
	return ok
}

func summariseSpeed(r *SummaryRow, ok []*Sample) {
	t := medianOver(ok, (*Sample).Throughput)
	r.ThroughputOpS, r.ThroughputLowOpS, r.ThroughputHighOpS = t.Center, t.Low, t.High
	b := medianOver(ok, (*Sample).Bandwidth)
	r.BandwidthBS, r.BandwidthLowBS, r.BandwidthHighBS = b.Center, b.Low, b.High
	r.EstimatedEfficiencyLowOpJ = medianOver(ok, func(s *Sample) float64 { return ratio(s.Operations(), s.EstimatedEnergyHighJ) }).Center
	r.EstimatedEfficiencyHighOpJ = medianOver(ok, func(s *Sample) float64 { return ratio(s.Operations(), s.EstimatedEnergyLowJ) }).Center
}

func summariseEnergy(r *SummaryRow, ok []*Sample) {
	if len(ok) == 0 {
		return
	}
	s := ok[0]
	r.EnergyDomain, r.EnergyScope, r.EnergyScopeClass, r.EnergyProvenance = s.EnergyDomain, s.EnergyScope, s.EnergyScopeClass, s.EnergyProvenance
	r.EnergyTrials = len(ok)
	e := medianOver(ok, (*Sample).Efficiency)
	r.EfficiencyOpJ, r.EfficiencyLowOpJ, r.EfficiencyHighOpJ = e.Center, e.Low, e.High
	// Where some trials' net energy drowns in noise, the others are those in which
	// the noise was kind: their median would be chosen, not measured.
	if net := medianOver(ok, (*Sample).NetEfficiency); net.N == len(ok) {
		r.EfficiencyNetOpJ = net.Center
	}
	r.PowerW = medianOver(ok, (*Sample).PowerW).Center
	r.EnergyPerOpJ = medianOver(ok, func(s *Sample) float64 { return ratio(s.EnergyJ, s.Operations()) }).Center
	r.SystematicUncertaintyPct = medianOver(ok, func(s *Sample) float64 { return s.SystematicUncertaintyPct }).Center
}

// withSameEnergy keeps the samples with joules of the domains that most of them
// have; of two as common the one that was complete first.
func withSameEnergy(samples []*Sample) []*Sample {
	type source struct{ domain, scope, provenance string }
	groups := map[source][]*Sample{}
	var best []*Sample
	for _, s := range samples {
		if math.IsNaN(s.EnergyJ) {
			continue
		}
		k := source{s.EnergyDomain, s.EnergyScope, s.EnergyProvenance}
		groups[k] = append(groups[k], s)
		if len(groups[k]) > len(best) {
			best = groups[k]
		}
	}
	return best
}

func medianOver(samples []*Sample, value func(*Sample) float64) Median {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = value(s)
	}
	return MedianOf(values)
}

// Throughput of the window in operations a second.
func (s *Sample) Throughput() float64 { return ratio(s.Operations(), s.DurationS) }

// Bandwidth is the least traffic of the work by definition over the window, in bytes a
// second. What the memory really moved may be more, or less where caches helped.
func (s *Sample) Bandwidth() float64 { return ratio(s.Bytes*s.Iterations, s.DurationS) }

// speed is the throughput, or the bandwidth of work without operations.
func (s *Sample) speed() float64 {
	if s.Ops == 0 {
		return s.Bandwidth()
	}
	return s.Throughput()
}

// PowerW is the mean gross power of the window.
func (s *Sample) PowerW() float64 { return ratio(s.EnergyJ, s.DurationS) }

// Efficiency is operations per gross joule.
func (s *Sample) Efficiency() float64 { return ratio(s.Operations(), s.EnergyJ) }

// NetEfficiency is operations per joule above idle. It is NaN where idle is not
// known, and where what is left lies within the uncertainty of the whole and the
// drift of idle power that passes without remark: a ratio of noise is no efficiency.
func (s *Sample) NetEfficiency() float64 {
	idleJ := s.IdlePowerW * s.DurationS
	net := s.EnergyJ - idleJ
	if net <= math.Hypot(s.EnergyUncertaintyJ, idleJ*idleDriftPct/100) {
		return math.NaN()
	}
	return ratio(s.Operations(), net)
}

// ratio is a / b, NaN unless b is above zero: a sensor that says 0 J has not
// measured infinite efficiency.
func ratio(a, b float64) float64 {
	if !(b > 0) {
		return math.NaN()
	}
	return a / b
}
