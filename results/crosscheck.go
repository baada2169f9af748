package results

import (
	"fmt"
	"math"

	"joulemark/results/joules"
)

// Sensors of one scope and device must tell the same joules: above the first
// bound readers are warned, above the second there are no joules. A part may not
// draw more than the whole that contains it.
const (
	disagreeWarnPct   = 3
	disagreeRefusePct = 10
)

// disagreement is how far the other sensor's energy lies outside the energy of d,
// in percent of it, beyond what both uncertainties explain; 0 where they agree or
// where the two say nothing about each other.
func disagreement(d, other joules.Domain, e, o joules.Energy) float64 {
	if e.Fault != "" || o.Fault != "" || !countsAsMeasured(other.Provenance) || !(e.EnergyJ > 0) ||
		d.ID() == other.ID() || normalise(d.Device) != normalise(other.Device) {
		return 0
	}
	beyond := o.EnergyJ - e.EnergyJ
	switch {
	case d.Scope == other.Scope && independent(d, other):
		beyond = math.Abs(beyond)
	case other.Scope == joules.Part && d.Meter == other.Meter && d.Scope != joules.DRAM:
	default:
		return 0
	}
	return math.Max(0, 100*(beyond-e.UncertaintyJ-o.UncertaintyJ)/e.EnergyJ)
}

// independent sensors see one thing in two ways: two meters, or the counter and the
// gauge of one, of which a card's driver keeps both. Dies of one package, which a
// meter shows as counters of one device, are not.
func independent(d, other joules.Domain) bool {
	return d.Meter != other.Meter || (d.Kind == joules.Counter) != (other.Kind == joules.Counter)
}

// contradicted says which sensor forbids the use of a headline domain; "" if none.
func contradicted(d joules.Domain, all []joules.Domain, energies map[string]joules.Energy) string {
	for _, other := range all {
		if pct := disagreement(d, other, energies[d.ID()], energies[other.ID()]); pct > disagreeRefusePct {
			return fmt.Sprintf("%s says %s, %.0f %% apart from %s", other.ID(), joulesText(energies[other.ID()]), pct, joulesText(energies[d.ID()]))
		}
	}
	return ""
}

func joulesText(e joules.Energy) string { return digits(e.EnergyJ) + " J" }

// disagreements warn of sensors that differ without contradicting: the largest
// difference of each pair over a run.
func disagreements(r *Run) (out []string) {
	energies := map[stepKey]map[string]joules.Energy{}
	for _, e := range r.Energy {
		k := stepKey{e.Trial, e.Order}
		if energies[k] == nil {
			energies[k] = map[string]joules.Energy{}
		}
		energies[k][e.Domain] = joules.Energy{EnergyJ: e.EnergyJ, UncertaintyJ: e.Uncertainty, Fault: map[bool]string{true: e.Status}[e.Status != OK]}
	}
	for i, d := range r.Machine.Domains {
		for j, other := range r.Machine.Domains {
			if d.Scope == other.Scope && j < i {
				continue // named once
			}
			worst := 0.0
			for _, at := range energies {
				worst = math.Max(worst, disagreement(d, other, at[d.ID()], at[other.ID()]))
			}
			if worst > disagreeWarnPct {
				out = append(out, fmt.Sprintf("%s and %s differ by up to %.0f %%", d.ID(), other.ID(), worst))
			}
		}
	}
	return out
}
