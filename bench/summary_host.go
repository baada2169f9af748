package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"joulemark/plots"
	"joulemark/results"
	"joulemark/results/joules"
)

// hostBeside says what the host's packages drew while a card computed, which the
// card's own watts leave out: the median over the row's trials. It is "" for a CPU,
// for a sensor so wide that it holds the host already, and where the host has none.
func hostBeside(runs []*results.Run, r results.SummaryRow) string {
	if r.Status != results.OK || r.EnergyScope != "" && r.EnergyScope != string(joules.Board) {
		return ""
	}
	for _, run := range runs {
		if run.Machine.RunID == r.RunID && isCard(run, r) {
			return hostLine(run, r)
		}
	}
	return ""
}

func isCard(run *results.Run, r results.SummaryRow) bool {
	return slices.ContainsFunc(run.Machine.Devices, func(d results.PlanDevice) bool {
		return d.Runner == r.Runner && d.ID == r.DeviceID && d.Kind == results.KindAccelerator
	})
}

func hostLine(run *results.Run, r results.SummaryRow) string {
	host, _ := run.Machine.Covering(run.Machine.Domains, results.PlanDevice{Kind: results.KindCPU, Match: results.KindCPU})
	if len(host) == 0 || host[0].Scope.Class() != "component" {
		return ""
	}
	var watts []float64
	for _, s := range run.Samples {
		if s.Status == results.OK && results.KeyOf(&s) == r.Key() {
			watts = append(watts, hostPowerW(run, host, s))
		}
	}
	w := results.MedianOf(watts).Center
	if math.IsNaN(w) {
		return ""
	}
	return fmt.Sprintf("host %s %s beside it", strings.Join(scopesOf(host), "+"), plots.FormatSI(w, "W"))
}

// hostPowerW is what the host's domains drew in a sample's window; NaN where one of
// them has no joules there.
func hostPowerW(run *results.Run, host []joules.Domain, s results.Sample) float64 {
	sum, found := 0.0, 0
	for _, e := range run.Energy {
		if e.Trial == s.Trial && e.Order == s.Order && slices.ContainsFunc(host, func(d joules.Domain) bool { return d.ID() == e.Domain }) {
			sum, found = sum+e.MeanPowerW, found+1
		}
	}
	if found < len(host) {
		return math.NaN()
	}
	return sum
}

// scopesOf names each scope once.
func scopesOf(domains []joules.Domain) (scopes []string) {
	for _, d := range domains {
		if !slices.Contains(scopes, string(d.Scope)) {
			scopes = append(scopes, string(d.Scope))
		}
	}
	return scopes
}
