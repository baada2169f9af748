package results

// Within gives, for each trial of a run that has it, the work done a unit of the metric's cost
// by a configuration: iterations a second ("throughput") or a joule ("efficiency"). Ratios of
// two configurations of one workload within the same trials leave out what changed from trial
// to trial for both. Rows that are not ok, and joules that are not measured, are left out.
func Within(samples []Sample, of *SummaryRow, metric string) map[int]float64 {
	byTrial := map[int]float64{}
	for i := range samples {
		s := &samples[i]
		if s.RunID != of.RunID || s.Status != OK || KeyOf(s) != of.Key() {
			continue
		}
		cost := s.DurationS
		if metric == "efficiency" {
			cost = s.EnergyJ
		}
		if cost > 0 {
			byTrial[s.Trial] = s.Iterations / cost
		}
	}
	return byTrial
}

// PairedRatio is the median of the ratios of the trials that both have, with its 95 % interval
// (MedianOf).
func PairedRatio(over, under map[int]float64) Median {
	var ratios []float64
	for trial, v := range over {
		if u, both := under[trial]; both {
			ratios = append(ratios, v/u)
		}
	}
	return MedianOf(ratios)
}
