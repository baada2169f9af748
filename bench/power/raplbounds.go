package power

import (
	"math"

	"joulemark/results/joules"
)

// A bound is the most that a sensor's gain may be off, in percent, and who says
// so. No maker of CPUs states one.
type bound struct {
	pct    float64
	source string
}

var (
	// Package counters of Haswell and later, against external meters.
	intelBound = bound{5, "within 3 to 5 % of meters (Hackenberg et al. 2015, Khan et al. 2018)"}
	// AMD's leave out memory and part of what operand values cost.
	amdBound = bound{10, "no published bound (see Schöne et al. 2021, arXiv 2108.00808); 10 % assumed"}
	// A Kaby Lake laptop: 12.21 W psys where its battery gave 9.31 W.
	psysBound = bound{31, "12.21 W shown for 9.31 W of battery (CodeCarbon's RAPL notes)"}
	memBound  = bound{10, "memory counters follow a meter within 10 % on servers (Desrochers et al. 2016)"}
)

const (
	// dramUnitPct: on servers since Haswell the register counts 2^-16 J =
	// 15.259 µJ (perf's rapl.c says so), which powercap takes for 15.3 µJ: all
	// its joules are 0.27 % too many.
	dramUnitPct   = 0.27
	dramUnitWrapJ = 65712.999613 // 15.3 µJ x 0xffffffff as the kernel rounds it

	zenFamily     = 0x17 // Zen and Zen 2
	hygonFamily   = 0x18 // Hygon's Zen
	intelFamily   = 6
	sandyBridge   = 42
	sandyBridgeEP = 45
	ivyBridge     = 58
	ivyBridgeEP   = 62
)

func packageBound(f cpuFacts) bound {
	if f.amd() {
		return amdBound
	}
	return intelBound
}

func dramBound(wrapJ float64) bound {
	b := memBound
	if math.Abs(wrapJ-dramUnitWrapJ) < 1e-3 {
		b.pct += dramUnitPct
		b.source += "; powercap's unit of 15.3 µJ is 0.27 % large"
	}
	return b
}

// raplProvenance: a guest sees its hypervisor's model (QEMU fills the register
// once a second from shares of CPU time, docs/specs/rapl-msr.rst); Zen, Zen 2
// and Intel before Haswell count events and model watts; later ones measure.
func raplProvenance(f cpuFacts) joules.Provenance {
	if f.hypervisor {
		return joules.Virtual
	}
	if f.amd() && (f.family == zenFamily || f.family == hygonFamily) {
		return joules.VendorModel
	}
	if f.vendor == "GenuineIntel" && f.family == intelFamily {
		switch f.model {
		case sandyBridge, sandyBridgeEP, ivyBridge, ivyBridgeEP:
			return joules.VendorModel
		}
	}
	return joules.Measured
}
