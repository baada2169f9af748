package power

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
)

// sameCounterJ: two zones read one after the other within milliseconds show one
// counter if they differ by less than this; 1 kW for 5 ms. Two different
// counters that have run for minutes agree so closely by chance once in 6500.
const sameCounterJ = 5

// distinct drops every zone that shows a counter already shown, or one that must
// not be published, and notes why.
func (m *rapl) distinct(zones []*zone, facts cpuFacts) []*zone {
	zones = m.firstPath(zones)
	if facts.amd() {
		zones = m.keep(zones, "AMD's core counter is erratic in powercap", func(z *zone) bool { return z.name != "core" })
		zones = m.onePerPackage(zones, facts)
	}
	return zones
}

// keep filters with a note for what goes.
func (m *rapl) keep(zones []*zone, why string, ok func(*zone) bool) []*zone {
	var kept []*zone
	for _, z := range zones {
		if ok(z) {
			kept = append(kept, z)
		} else {
			m.notes = append(m.notes, fmt.Sprintf("%s: left out: %s", z, why))
		}
	}
	return kept
}

// firstPath keeps each named zone on the first control type that has it.
func (m *rapl) firstPath(zones []*zone) []*zone {
	control := map[string]string{}
	return m.keep(zones, "the same counter by another path", func(z *zone) bool {
		name := z.name
		if z.parent != nil {
			name = z.parent.name + "/" + name
		}
		if first, shown := control[name]; shown {
			return first == z.control
		}
		control[name] = z.control
		return true
	})
}

// onePerPackage keeps one package zone a socket on AMD: since Linux 6.9 (fixed
// in 6.11.1) each core die shows the counter of its package, sixteen zones on a
// server with two sockets, and the first Threadripper does so by NUMA die.
// Zones of one counter are found by its value, and by name where values do not
// settle it.
func (m *rapl) onePerPackage(zones []*zone, facts cpuFacts) []*zone {
	var packages []*zone
	for _, z := range zones {
		if _, _, ok := packageAndDie(z.name); ok && z.parent == nil {
			packages = append(packages, z)
		}
	}
	if facts.sockets == 0 || len(packages) <= facts.sockets {
		return zones
	}
	first := m.byValue(packages)
	if len(first) != facts.sockets {
		first = byName(packages)
	}
	if len(first) > facts.sockets {
		for _, z := range packages {
			z.refused = "more package zones than sockets, and their values do not tell which are copies"
		}
	}
	rename(packages, first)
	return m.keep(zones, "the counter of a package already shown", func(z *zone) bool {
		return !slices.Contains(packages, z) || first[z]
	})
}

// rename gives the zones that stay the plain name of their package, so that a
// row does not speak of one die: the number in the name, else the next free one.
func rename(packages []*zone, first map[*zone]bool) {
	taken := map[int]bool{}
	for _, z := range packages {
		if !first[z] {
			continue
		}
		pkg, _, _ := packageAndDie(z.name)
		if taken[pkg] || pkg >= len(first) {
			for pkg = 0; taken[pkg]; pkg++ {
			}
		}
		taken[pkg] = true
		z.name = fmt.Sprintf("package-%d", pkg)
	}
}

// byValue marks the first zone of each distinct counter value.
func (m *rapl) byValue(packages []*zone) map[*zone]bool {
	first := map[*zone]bool{}
	var seen []float64
	for _, z := range packages {
		f, err := openValue(m.cfg, filepath.Join(z.dir, "energy_uj"))
		if err != nil {
			continue
		}
		j, err := f.micro()
		f.close()
		if err != nil || contains(seen, j) {
			continue
		}
		seen = append(seen, j)
		first[z] = true
	}
	return first
}

func contains(seen []float64, j float64) bool {
	for _, s := range seen {
		if math.Abs(s-j) < sameCounterJ {
			return true
		}
	}
	return false
}

// byName marks the first zone of each package number.
func byName(packages []*zone) map[*zone]bool {
	first, seen := map[*zone]bool{}, map[int]bool{}
	for _, z := range packages {
		if pkg, _, _ := packageAndDie(z.name); !seen[pkg] {
			seen[pkg], first[z] = true, true
		}
	}
	return first
}

// refuseManyPsys: the documents do not say whether each of several psys zones
// covers its socket or the machine, so neither one nor their sum is a headline.
func refuseManyPsys(zones []*zone) {
	var psys []*zone
	for _, z := range zones {
		if z.name == "psys" {
			psys = append(psys, z)
		}
	}
	for _, z := range psys {
		if len(psys) > 1 {
			z.refused = "one of several psys zones: what each covers is not told"
		}
	}
}
