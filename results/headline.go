package results

import (
	"fmt"
	"slices"
	"strings"

	"joulemark/results/joules"
)

// Kinds of devices.
const (
	KindCPU         = "cpu"
	KindAccelerator = "accelerator"
)

// Headline chooses the disjoint domains whose sum is energy_j of a device: the
// smallest scope that covers all of it, from one meter. match is the device's
// PCI address or UUID in any spelling ("cpu" for the CPU), kind KindCPU or
// KindAccelerator. Nil means that nothing that counts as measured covers the device.
//
// For the CPU: every package and, where all have it, their DRAM; else the
// module; else the system, an outside meter last. For a card: its board, else
// its module, else the whole system. Wider scopes and parts are never added,
// refused, virtual, estimated and foreign domains never taken.
func Headline(domains []joules.Domain, match, kind string) []joules.Domain {
	return choose(domains, match, kind, countsAsMeasured)
}

// Covering is Headline held against the sockets of the machine: packages of which
// some are not read (a meter chosen in part, a zone that is missing) are less than
// the CPU, and their sum must not pass for it. why then says so, or why the sensor of
// a card may not be used; otherwise it is "".
func (m *Machine) Covering(domains []joules.Domain, device PlanDevice) (headline []joules.Domain, why string) {
	headline = Headline(domains, device.Match, device.Kind)
	if len(headline) == 0 && device.Kind == KindAccelerator {
		return nil, refusal(domains, device.Match)
	}
	if device.Kind != KindCPU || len(headline) == 0 || headline[0].Scope != joules.Package {
		return headline, ""
	}
	packages := map[string]bool{}
	for _, d := range headline {
		if isWhole(d.Device) {
			return headline, ""
		}
		packages[d.Device] = true
	}
	if len(packages) < m.CPU.Sockets {
		return nil, fmt.Sprintf("the sensors read cover %d of %d packages", len(packages), m.CPU.Sockets)
	}
	return headline, ""
}

// refusal is why the sensor that a card has may not be its headline, or "".
func refusal(domains []joules.Domain, match string) string {
	for _, d := range domains {
		for _, name := range []string{d.Device, d.UUID} {
			if same, _ := SameCard(match, name); same && d.Refused != "" {
				return d.Refused
			}
		}
	}
	return ""
}

func countsAsMeasured(p joules.Provenance) bool {
	return p == joules.Measured || p == joules.External || p == joules.VendorModel
}

// chooser holds the domains that a choice may take and the packages it must cover.
type chooser struct {
	domains  []joules.Domain // allowed ones
	packages []string        // devices that any package domain names, allowed or not
	broken   map[string]bool // "meter device": a die of this package may not be used
}

func choose(domains []joules.Domain, match, kind string, allow func(joules.Provenance) bool) []joules.Domain {
	c := &chooser{broken: map[string]bool{}}
	for _, d := range domains {
		usable := d.Refused == "" && allow(d.Provenance)
		if usable {
			c.domains = append(c.domains, d)
		}
		if d.Scope == joules.Package && !slices.Contains(c.packages, d.Device) {
			c.packages = append(c.packages, d.Device)
		}
		// A package in several dies is the sum of all of them or nothing.
		if !usable && d.Scope == joules.Package && strings.Contains(d.Name, "-die-") {
			c.broken[d.Meter+" "+d.Device] = true
		}
	}
	if kind == KindCPU {
		return c.forCPU()
	}
	return c.forCard(match)
}

func (c *chooser) forCPU() []joules.Domain {
	for _, meter := range c.meters(joules.Package) {
		packages := c.of(meter, joules.Package)
		if !c.covers(packages) {
			continue
		}
		if dram := c.of(meter, joules.DRAM); c.covers(dram) {
			return append(packages, dram...)
		}
		return packages
	}
	for _, meter := range c.meters(joules.Module) {
		modules := onePerDevice(c.of(meter, joules.Module))
		if isCPU(modules[0].Device) {
			return slices.DeleteFunc(modules, func(d joules.Domain) bool { return !isCPU(d.Device) })
		}
	}
	return c.whole(func(joules.Domain) bool { return true })
}

func (c *chooser) forCard(match string) []joules.Domain {
	want := normalise(match)
	for _, scope := range []joules.Scope{joules.Board, joules.Module} {
		for _, meter := range c.meters(scope) {
			for _, d := range onePerDevice(c.of(meter, scope)) {
				if want != "" && (normalise(d.Device) == want || normalise(d.UUID) == want) {
					return []joules.Domain{d}
				}
			}
		}
	}
	// RAPL's psys is the processor's platform; whether cards count in it is the board maker's choice.
	return c.whole(func(d joules.Domain) bool { return d.Meter != "rapl" })
}

// whole is one domain of the whole machine: inside ones before an outside meter.
func (c *chooser) whole(fits func(joules.Domain) bool) []joules.Domain {
	for _, scope := range []joules.Scope{joules.System, joules.Wall} {
		for _, meter := range c.meters(scope) {
			for _, d := range c.of(meter, scope) {
				if fits(d) && (d.Device == "" || isCPU(d.Device)) {
					return []joules.Domain{d}
				}
			}
		}
	}
	return nil
}

// covers says whether the domains reach every package that is known of.
func (c *chooser) covers(domains []joules.Domain) bool {
	for _, p := range c.packages {
		reached := func(d joules.Domain) bool {
			return (d.Device == p || isWhole(d.Device)) && !c.broken[d.Meter+" "+d.Device]
		}
		if !slices.ContainsFunc(domains, reached) {
			return false
		}
	}
	return len(domains) > 0
}

// meters that have domains of this scope, the preferred first.
func (c *chooser) meters(scope joules.Scope) []string {
	var names []string
	for _, d := range c.domains {
		if d.Scope == scope && !slices.Contains(names, d.Meter) {
			names = append(names, d.Meter)
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		if x, y := preference(a), preference(b); x != y {
			return x - y
		}
		return naturalCompare(a, b)
	})
	return names
}

// preference of a meter where several see the same: the processor's own
// counters before drivers' channels before all else.
func preference(meter string) int {
	if at := slices.Index([]string{"rapl", "hwmon"}, meter); at >= 0 {
		return at
	}
	return 2
}

// of lists a meter's domains of one scope in the order of their names.
func (c *chooser) of(meter string, scope joules.Scope) []joules.Domain {
	var found []joules.Domain
	for _, d := range c.domains {
		if d.Meter == meter && d.Scope == scope {
			found = append(found, d)
		}
	}
	slices.SortStableFunc(found, func(a, b joules.Domain) int { return naturalCompare(a.Name, b.Name) })
	return found
}

// onePerDevice keeps one of several views of the same board, a counter first:
// it integrates between readings, which a gauge does not.
func onePerDevice(domains []joules.Domain) []joules.Domain {
	at := map[string]int{}
	var kept []joules.Domain
	for _, d := range domains {
		i, seen := at[normalise(d.Device)]
		switch {
		case !seen:
			at[normalise(d.Device)] = len(kept)
			kept = append(kept, d)
		case d.Kind == joules.Counter && kept[i].Kind != joules.Counter:
			kept[i] = d
		}
	}
	return kept
}

func isWhole(device string) bool { return device == "" || device == KindCPU }

func isCPU(device string) bool { return isWhole(device) || strings.HasPrefix(device, "cpu:") }
