package results

import (
	"math"
	"slices"
	"strings"

	"joulemark/results/joules"
	"joulemark/workloads"
)

// Derive fills every cell of s that follows from the plan's workload w, the
// phases and the readings, and returns the sample's rows of energy.csv, one a
// domain of m in its order. The measuring loop and Verify both call it, so that
// what one writes the other finds.
//
// win, idle and standby are spans of the run's clock (PhaseIndex.Spans); a zero
// span means there was none. Without a window only the workload's cells are
// filled. series holds the readings of each domain that this session has, by its
// id; a domain of another session is left out. s must carry run, trial, order,
// runner, device and iterations.
//
//   - started_at is the session's wall time plus the monotonic time since.
//   - energy_j sums the Headline domains. If one of them has a fault the energy
//     stays empty, energy_domain names the domains, and status_reason the fault;
//     likewise if another sensor of its scope or one of its parts contradicts it.
//     Of devices measured together none has the joules of the whole machine.
//   - energy_provenance is the weakest of the parts.
//   - energy_uncertainty_j is the root of the sum of squares: each sensor updates
//     at its own random phase, so that their end errors are independent.
//   - systematic_uncertainty_pct is the mean weighted by energy, not the root of
//     squares: sensors of one kind are wrong in the same direction. It is empty
//     where a part's bound is not known.
func Derive(s *Sample, w workloads.Workload, m *Machine, win, idle, standby joules.Span, series map[string]*joules.Series) []EnergyRow {
	describeWork(s, w)
	s.Simulated = TruthOf(m.Simulated)
	s.clearDerived()
	if !(win.Seconds() > 0) {
		return nil
	}
	s.DurationS = win.Seconds()
	s.StartedAt = m.wallTime(win.StartS)
	domains := present(m.Domains, series)
	rows, energies := deriveRows(s, domains, win, series)
	device := m.device(s.Runner, s.DeviceID)
	headline, why := m.Covering(domains, device)
	if s.DeviceCount > 1 && len(headline) > 0 && (headline[0].Scope == joules.System || headline[0].Scope == joules.Wall) {
		headline, why = nil, headline[0].ID()+" counts all devices of the group together: leave --together out"
	}
	if why != "" {
		s.addOnce("no joules: " + why)
	}
	deriveEnergy(s, headline, m.Domains, energies)
	s.IdlePowerW = sumPower(headline, idle, series)
	s.StandbyPowerW = sumPower(headline, standby, series)
	if len(headline) == 0 {
		deriveEstimate(s, m.Estimate, choose(domains, device.Match, device.Kind, isVirtual), device, energies)
	}
	return rows
}

// describeWork fills what the workload alone decides.
func describeWork(s *Sample, w workloads.Workload) {
	s.Workload, s.WorkloadVersion = w.Name(), workloads.Version
	s.DType, s.Fill = string(w.DType()), string(workloads.FillOf(w))
	s.Ops, s.Bytes = w.Ops(), w.Bytes()
}

// deriveRows integrates every domain over the window.
func deriveRows(s *Sample, domains []joules.Domain, win joules.Span, series map[string]*joules.Series) ([]EnergyRow, map[string]joules.Energy) {
	rows := make([]EnergyRow, 0, len(domains))
	energies := make(map[string]joules.Energy, len(domains))
	for _, d := range domains {
		e := series[d.ID()].Energy(win)
		energies[d.ID()] = e
		rows = append(rows, EnergyRow{
			RunID: s.RunID, Trial: s.Trial, Order: s.Order,
			Domain: d.ID(), Scope: string(d.Scope), Provenance: string(d.Provenance),
			EnergyJ: e.EnergyJ, MeanPowerW: e.MeanPowerW, Readings: float64(e.Readings), Uncertainty: e.UncertaintyJ,
			Status: statusOf(e),
		})
	}
	return rows, energies
}

// present are the domains that this session reads.
func present(domains []joules.Domain, series map[string]*joules.Series) []joules.Domain {
	return slices.DeleteFunc(slices.Clone(domains), func(d joules.Domain) bool { return series[d.ID()] == nil })
}

func statusOf(e joules.Energy) string {
	if e.Fault == "" {
		return OK
	}
	return e.Fault
}

// deriveEnergy sums the headline.
func deriveEnergy(s *Sample, headline, all []joules.Domain, energies map[string]joules.Energy) {
	if len(headline) == 0 {
		return
	}
	describeHeadline(s, headline)
	var total, squares, gain float64
	bounded := true
	for _, d := range headline {
		e := energies[d.ID()]
		if e.Fault != "" {
			s.addOnce("no joules: " + d.ID() + ": " + e.Fault)
			return
		}
		if why := contradicted(d, all, energies); why != "" {
			s.addOnce("no joules: " + d.ID() + " is contradicted: " + why)
			return
		}
		total += e.EnergyJ
		squares += e.UncertaintyJ * e.UncertaintyJ
		gain += e.EnergyJ * d.SystematicPct
		bounded = bounded && d.SystematicPct > 0
	}
	s.EnergyJ, s.EnergyUncertaintyJ = total, math.Sqrt(squares)
	if total > 0 && bounded {
		s.SystematicUncertaintyPct = gain / total
	}
}

// describeHeadline names what is summed.
func describeHeadline(s *Sample, headline []joules.Domain) {
	var ids, scopes []string
	weakest := 0
	for _, d := range headline {
		ids = append(ids, d.ID())
		if !slices.Contains(scopes, string(d.Scope)) {
			scopes = append(scopes, string(d.Scope))
		}
		weakest = max(weakest, slices.Index(strength, d.Provenance))
		if d.Simulated {
			s.Simulated = True
		}
	}
	s.EnergyDomain, s.EnergyScope = strings.Join(ids, "+"), strings.Join(scopes, "+")
	s.EnergyScopeClass, s.EnergyProvenance = headline[0].Scope.Class(), string(strength[weakest])
}

// strength orders the provenances of a headline, the most trusted first.
var strength = []joules.Provenance{joules.Measured, joules.External, joules.VendorModel}

// sumPower is the mean power of the headline over a span without work, NaN
// where there is no such span or a sensor has a fault in it.
func sumPower(headline []joules.Domain, span joules.Span, series map[string]*joules.Series) float64 {
	if len(headline) == 0 || !(span.Seconds() > 0) {
		return math.NaN()
	}
	total := 0.0
	for _, d := range headline {
		total += series[d.ID()].Energy(span).MeanPowerW // NaN with a fault
	}
	return total
}

// addOnce adds a reason that may stand there already, from an earlier Derive.
func (s *Sample) addOnce(why string) {
	if !strings.Contains(s.StatusReason, why) {
		s.AddReason(why)
	}
}
