package power

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"joulemark/results/joules"
)

func init() {
	Register(Source{
		Name:    "rapl",
		Summary: "energy counters of CPU packages, memory and platform (RAPL) through Linux powercap",
		Needs:   "Linux on a real x86 machine; root, or sudo chmod a+r /sys/class/powercap/*/energy_uj",
		Default: true,
		Open:    openRAPL,
	})
}

// raplPeriod is how often the counters move: about 1 ms (Hähnel et al. 2012);
// `doctor` measures it.
const raplPeriod = time.Millisecond

// A rapl meter is the set of distinct counters behind the powercap zones.
type rapl struct {
	cfg     Config
	domains []joules.Domain
	files   []*valueFile
	notes   []string
	denied  []string // counters that may not be read
	failed  []string // counters that answered with an error
}

// openRAPL finds the zones, drops those that show a counter once more, and opens
// what can be read.
func openRAPL(cfg Config) (Meter, error) {
	zones, err := findZones(cfg)
	if err != nil {
		return nil, fmt.Errorf("%w: %w: run on Linux with /sys mounted", ErrUnavailable, err)
	}
	facts := readCPUFacts(cfg)
	m := &rapl{cfg: cfg}
	zones = m.distinct(zones, facts)
	refuseManyPsys(zones)
	var denied string
	for _, z := range zones {
		if path := m.add(z, facts); path != "" && denied == "" {
			denied = path
		}
	}
	if len(m.files) == 0 {
		return nil, m.nothing(denied)
	}
	cfg.seal("rapl", m.domains)
	return m, nil
}

// add opens one zone's counter. A file that may not be read is returned; one
// that fails is a note.
func (m *rapl) add(z *zone, facts cpuFacts) (denied string) {
	path := filepath.Join(z.dir, "energy_uj")
	f, err := openValue(m.cfg, path)
	if err == nil {
		if _, err = f.micro(); err != nil {
			f.close()
		}
	}
	if err != nil {
		if isPermission(err) {
			m.denied = append(m.denied, path)
			m.notes = append(m.notes, fmt.Sprintf("%s: left out: %v", z, refused(path)))
			return path
		}
		m.failed = append(m.failed, fmt.Sprintf("%s cannot be read: %v", z, err))
		m.notes = append(m.notes, fmt.Sprintf("%s: left out: %v", z, err))
		return ""
	}
	m.files = append(m.files, f)
	m.domains = append(m.domains, raplDomain(z, facts, m.taken))
	return ""
}

func (m *rapl) taken(name string) bool {
	for _, d := range m.domains {
		if d.Name == name {
			return true
		}
	}
	return false
}

func (m *rapl) nothing(denied string) error {
	if denied != "" {
		all := filepath.Join(filepath.Dir(filepath.Dir(denied)), "*", "energy_uj")
		return fmt.Errorf("%w: %w: %s: permission denied: run as root, or sudo chmod a+r %s",
			ErrUnavailable, ErrRefused, denied, all)
	}
	if len(m.notes) > 0 {
		return fmt.Errorf("%w: no energy counter in powercap can be read (%s): load the intel_rapl_msr module, or look with joulemark doctor",
			ErrUnavailable, strings.Join(m.notes, "; "))
	}
	return fmt.Errorf("%w: no RAPL zones in %s: a virtual machine or container shows none; on a real x86 machine sudo modprobe intel_rapl_msr",
		ErrUnavailable, m.cfg.path("sys/class/powercap"))
}

// Domains are the distinct counters that can be read.
func (m *rapl) Domains() []joules.Domain { return m.domains }

// Notes say which zones were left out and why.
func (m *rapl) Notes() []string { return m.notes }

// Losses say which counters are there and could not be read, so that what is
// left covers less; the first denied one stands for all, with the remedy.
func (m *rapl) Losses() []string {
	lost := slices.Clone(m.failed)
	if len(m.denied) > 0 {
		all := filepath.Join(filepath.Dir(filepath.Dir(m.denied[0])), "*", "energy_uj")
		lost = append(lost, fmt.Sprintf("%s: permission denied: run as root, or sudo chmod a+r %s", m.denied[0], all))
	}
	return lost
}

// Read reads every counter, each with its own stamps.
func (m *rapl) Read(readings []joules.Reading) {
	for i, f := range m.files {
		before := m.cfg.now()
		j, err := f.micro()
		readings[i] = joules.Reading{BeforeNS: before, AfterNS: m.cfg.now(), Value: j, Err: err}
	}
}

// Close closes the counters' files.
func (m *rapl) Close() error {
	for _, f := range m.files {
		f.close()
	}
	return nil
}

// raplDomain describes the counter of a zone: package zones are the CPU, dram
// stands beside them, core and uncore lie inside them, psys holds all of it and
// more, so that it is a wider scope and never added.
func raplDomain(z *zone, facts cpuFacts, taken func(string) bool) joules.Domain {
	d := joules.Domain{
		Name: z.name, Kind: joules.Counter, Provenance: raplProvenance(facts), Scope: joules.Part,
		WrapJ: z.wrapJ, Period: raplPeriod, ResolutionJ: z.wrapJ / math.MaxUint32, Refused: z.refused,
	}
	top := z
	if z.parent != nil {
		top = z.parent
	}
	pkg, _, isPackage := packageAndDie(top.name)
	if isPackage {
		d.Device = fmt.Sprintf("cpu:%d", pkg)
	}
	bound := packageBound(facts)
	switch {
	case z == top && isPackage:
		d.Scope = joules.Package
	case z.name == "psys":
		d.Scope, bound = joules.System, psysBound
	case z.name == "dram" && isPackage:
		d.Scope, bound = joules.DRAM, dramBound(z.wrapJ)
	case z.name != "core" && z.name != "uncore":
		d.Refused = "a zone this version does not know"
	}
	if z != top && isPackage {
		d.Name += strings.TrimPrefix(top.name, "package")
	}
	d.SystematicPct, d.Source = bound.pct, "powercap "+z.id+"/energy_uj; "+bound.source
	for n := 1; taken(d.Name); n++ {
		d.Name = fmt.Sprintf("%s-%d", z.name, n)
	}
	return d
}
