package power

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A zone is one powercap zone: "intel-rapl:a:0" is sub-zone 0 of zone 10 of the
// control type intel-rapl. Ids are hexadecimal (dev_set_name "%s:%x" in
// powercap_sys.c).
type zone struct {
	dir     string // as found under the root
	id      string // "intel-rapl:a:0"
	control string // "intel-rapl"
	index   []int  // 10, 0
	name    string // "package-10", "dram", "psys"…
	parent  *zone  // nil for a top zone
	wrapJ   float64
	refused string // why it may not be a headline
}

// controls are the control types in order of preference. The MMIO and TPMI
// zones show the counters of the MSR zones once more where both exist
// (node_exporter issue 2147, procfs issue 396 show identical values).
var controls = []string{"intel-rapl", "intel-rapl-tpmi", "intel-rapl-mmio"}

// findZones lists the RAPL zones under sys/class/powercap, top zones before
// their sub-zones, preferred control types first. Zones without a name are
// skipped: a walker must not stop at files that fail.
func findZones(cfg Config) ([]*zone, error) {
	class := cfg.path("sys/class/powercap")
	entries, err := os.ReadDir(class)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var zones []*zone
	for _, e := range entries {
		if z := parseZone(e.Name()); z != nil {
			z.dir = filepath.Join(class, e.Name())
			z.name = readTrimmed(filepath.Join(z.dir, "name"))
			z.wrapJ = readWrap(filepath.Join(z.dir, "max_energy_range_uj"))
			zones = append(zones, z)
		}
	}
	slices.SortFunc(zones, compareZones)
	link(zones)
	return slices.DeleteFunc(zones, func(z *zone) bool { return z.name == "" }), nil
}

// parseZone reads a zone's directory name; nil for a control type ("intel-rapl")
// and for what is not RAPL.
func parseZone(id string) *zone {
	control, rest, ok := strings.Cut(id, ":")
	if !ok || !slices.Contains(controls, control) {
		return nil
	}
	z := &zone{id: id, control: control}
	for _, digits := range strings.Split(rest, ":") {
		n, err := strconv.ParseUint(digits, 16, 31)
		if err != nil {
			return nil
		}
		z.index = append(z.index, int(n))
	}
	return z
}

func compareZones(a, b *zone) int {
	if a.control != b.control {
		return slices.Index(controls, a.control) - slices.Index(controls, b.control)
	}
	return slices.Compare(a.index, b.index)
}

// link joins sub-zones to their parents by id.
func link(zones []*zone) {
	byID := map[string]*zone{}
	for _, z := range zones {
		byID[z.id] = z
	}
	for _, z := range zones {
		if i := strings.LastIndexByte(z.id, ':'); len(z.index) > 1 {
			z.parent = byID[z.id[:i]]
		}
	}
}

// readWrap is the largest value of the register in J, 0 where it is not told.
func readWrap(path string) float64 {
	j, err := parseMicro([]byte(readTrimmed(path)))
	if err != nil || j <= 0 {
		return 0
	}
	return j
}

// readTrimmed is a small file's text, "" where it cannot be read.
func readTrimmed(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// packageAndDie reads "package-3" and "package-3-die-1"; die -1 where none.
func packageAndDie(name string) (pkg, die int, ok bool) {
	rest, found := strings.CutPrefix(name, "package-")
	if !found {
		return 0, 0, false
	}
	p, d, hasDie := strings.Cut(rest, "-die-")
	pkg, err := strconv.Atoi(p)
	if err != nil || pkg < 0 {
		return 0, 0, false
	}
	if !hasDie {
		return pkg, -1, true
	}
	die, err = strconv.Atoi(d)
	return pkg, die, err == nil && die >= 0
}

func (z *zone) String() string { return fmt.Sprintf("%s (%s)", z.id, z.name) }
