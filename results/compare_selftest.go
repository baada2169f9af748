package results

// withLoss is a copy of the new side, moved to the baseline's median less a loss:
// its own noise and number of trials, judged against a regression that is
// certainly there.
func (d *side) withLoss(base *side, loss float64, metric string) *side {
	factor := base.values.Center * (1 - loss) / d.values.Center
	copied := *d
	copied.ok, copied.samples = nil, nil
	for _, s := range d.ok {
		slower := *s
		if metric == MetricThroughput {
			slower.DurationS /= factor
		} else {
			slower.EnergyJ /= factor
		}
		copied.ok = append(copied.ok, &slower)
	}
	copied.state = sourceOfLoss{}
	copied.finish(metric)
	return &copied
}
