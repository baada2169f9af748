package results

import (
	"fmt"
	"strings"

	"joulemark/results/joules"
)

// The band of an estimate: the joules of a model of power lie between these
// multiples of the true ones, after the published errors of such models (0.4 to
// 2.2 times a wall meter). A hypervisor's counter is such a model too: it shares
// out a figure by CPU time, and nothing in the guest can check it.
const (
	EstimateLow  = 0.4
	EstimateHigh = 2.2
)

// deriveEstimate fills the estimate columns of a CPU that nothing measured
// covers: from a hypervisor's counters times the band where there are some, else
// from the machine's published watts, whose range holds the band already.
func deriveEstimate(s *Sample, published *Estimate, virtual []joules.Domain, device PlanDevice, energies map[string]joules.Energy) {
	if device.Kind != KindCPU {
		return
	}
	if total, ok := sumVirtual(s, virtual, energies); ok {
		s.EstimatedEnergyLowJ, s.EstimatedEnergyHighJ = EstimateLow*total, EstimateHigh*total
		return
	}
	if published != nil {
		s.EstimatedEnergyLowJ = published.LowW * s.DurationS
		s.EstimatedEnergyHighJ = published.HighW * s.DurationS
	}
}

// EstimateBasis says in words what the estimates of the CPU come from: a
// hypervisor's counters where there are some, else published watts; "" for none.
func (m *Machine) EstimateBasis() (from, basis string) {
	if virtual := choose(m.Domains, KindCPU, KindCPU, isVirtual); len(virtual) > 0 {
		var ids []string
		for _, d := range virtual {
			ids = append(ids, d.ID())
		}
		return "a hypervisor's model", fmt.Sprintf("%s, x %.1f…%.1f", strings.Join(ids, " + "), EstimateLow, EstimateHigh)
	}
	if m.Estimate != nil {
		return "published watts", m.Estimate.Basis
	}
	return "", ""
}

func isVirtual(p joules.Provenance) bool { return p == joules.Virtual }

func sumVirtual(s *Sample, domains []joules.Domain, energies map[string]joules.Energy) (float64, bool) {
	total := 0.0
	for _, d := range domains {
		e := energies[d.ID()]
		if e.Fault != "" {
			return 0, false
		}
		total += e.EnergyJ
	}
	for _, d := range domains {
		if d.Simulated {
			s.Simulated = True
		}
	}
	return total, len(domains) > 0
}
