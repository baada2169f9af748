package power_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"joulemark/bench/power"
	"joulemark/results/joules"
)

// TestRAPLTrees: which domains each machine has, which of them are headlines,
// and what stands in the notes instead.
func TestRAPLTrees(t *testing.T) {
	for _, c := range []struct {
		tree      string
		domains   string
		headlines string // component scope, not refused
		notes     []string
	}{
		{"intel-2s", "package-0 dram-0 package-1 dram-1", "package-0 dram-0 package-1 dram-1", nil},
		{"intel-client-psys", "package-0 core-0 uncore-0 dram-0 psys", "package-0 dram-0", []string{"intel-rapl-mmio:0 (package-0): left out: the same counter by another path"}},
		{"procfs", "package-0 core-0 package-10", "package-0 package-10", nil},
		{"intel-16s", "package-0 package-1 package-2 package-3 package-4 package-5 package-6 package-7 package-8 package-9 package-10 package-11 package-12 package-13 package-14 package-15",
			"package-0 package-1 package-2 package-3 package-4 package-5 package-6 package-7 package-8 package-9 package-10 package-11 package-12 package-13 package-14 package-15", nil},
		{"amd-2s", "package-0 package-1", "package-0 package-1", []string{"core counter", "core counter"}},
		{"amd-2s-8ccd", "package-0 package-1", "package-0 package-1", []string{"intel-rapl:1 (package-0-die-1): left out: the counter of a package already shown", "intel-rapl:f (package-1-die-15): left out: the counter of a package already shown"}},
		{"threadripper-1950x", "package-0", "package-0", []string{"intel-rapl:1 (package-0-die-1): left out: the counter of a package already shown"}},
		{"cascadelake-ap", "package-0-die-0 dram-0-die-0 package-0-die-1 dram-0-die-1", "package-0-die-0 dram-0-die-0 package-0-die-1 dram-0-die-1", nil},
		{"guest-rapl", "package-0", "package-0", nil},
		{"broken-rapl", "package-4 mystery", "package-4", []string{"intel-rapl:0 (package-0): left out: the file is empty", "intel-rapl:1 (package-1): left out:", "intel-rapl:2 (package-2): left out:"}},
	} {
		t.Run(c.tree, func(t *testing.T) {
			m := must(t, power.Config{Root: tree(t, c.tree)}, "rapl")
			require.ElementsMatch(t, strings.Fields(c.domains), strings.Fields(names(m)))
			var headlines []string
			for _, d := range m.Domains() {
				if d.Scope.Class() == "component" && d.Refused == "" {
					headlines = append(headlines, d.Name)
				}
				require.True(t, d.Simulated, "read under a root")
				require.Equal(t, "rapl", d.Meter)
				require.Equal(t, joules.Counter, d.Kind)
				require.NotEmpty(t, d.Source)
				require.Positive(t, d.SystematicPct)
			}
			require.ElementsMatch(t, strings.Fields(c.headlines), headlines)
			notes := strings.Join(power.Notes(m), "\n")
			for _, note := range c.notes {
				require.Contains(t, notes, note)
			}
		})
	}
}

// TestRAPLDomains: what a domain says of itself.
func TestRAPLDomains(t *testing.T) {
	server := must(t, power.Config{Root: tree(t, "intel-2s")}, "rapl")
	client := must(t, power.Config{Root: tree(t, "intel-client-psys")}, "rapl")
	zen1 := must(t, power.Config{Root: tree(t, "threadripper-1950x")}, "rapl")
	zen4 := must(t, power.Config{Root: tree(t, "amd-2s-8ccd")}, "rapl")
	guest := must(t, power.Config{Root: tree(t, "guest-rapl")}, "rapl")
	for _, c := range []struct {
		m            power.Meter
		name, device string
		scope        joules.Scope
		provenance   joules.Provenance
		wrapJ, pct   float64
	}{
		{server, "package-1", "cpu:1", joules.Package, joules.Measured, 262143.328850, 5},
		{server, "dram-1", "cpu:1", joules.DRAM, joules.Measured, 65712.999613, 10.27},
		{client, "dram-0", "cpu:0", joules.DRAM, joules.Measured, 262143.328850, 10},
		{client, "core-0", "cpu:0", joules.Part, joules.Measured, 262143.328850, 5},
		{client, "uncore-0", "cpu:0", joules.Part, joules.Measured, 262143.328850, 5},
		{client, "psys", "", joules.System, joules.Measured, 262143.328850, 31},
		{zen1, "package-0", "cpu:0", joules.Package, joules.VendorModel, 65532.610987, 10},
		{zen4, "package-1", "cpu:1", joules.Package, joules.Measured, 65532.610987, 10},
		{guest, "package-0", "cpu:0", joules.Package, joules.Virtual, 262143.328850, 5},
	} {
		d := domain(t, c.m, c.name)
		require.Equal(t, c.device, d.Device, c.name)
		require.Equal(t, c.scope, d.Scope, c.name)
		require.Equal(t, c.provenance, d.Provenance, c.name)
		require.InDelta(t, c.wrapJ, d.WrapJ, 1e-9, c.name)
		require.InDelta(t, c.pct, d.SystematicPct, 1e-9, c.name)
		require.InEpsilon(t, c.wrapJ/4294967295, d.ResolutionJ, 1e-12, c.name)
		require.Equal(t, time.Millisecond, d.Period)
		require.Equal(t, "table", d.PeriodSource)
	}
	broken := must(t, power.Config{Root: tree(t, "broken-rapl")}, "rapl")
	require.Zero(t, domain(t, broken, "package-4").WrapJ, "no range told: a decrease is then never a wrap")
	require.Equal(t, "a zone this version does not know", domain(t, broken, "mystery").Refused)
}

// TestRAPLCopiesByValue: where each die has a package name of its own, the
// values tell which zones are copies.
func TestRAPLCopiesByValue(t *testing.T) {
	root := tree(t, "amd-2s-8ccd")
	for i := range 16 {
		dir := filepath.Join(root, fmt.Sprintf("sys/class/powercap/intel-rapl:%x", i))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "name"), fmt.Appendf(nil, "package-%d", i), 0o644))
	}
	m := must(t, power.Config{Root: root}, "rapl")
	require.Equal(t, "package-0 package-1", names(m))
	require.InDelta(t, 41000, values(m)["package-1"].Value, 1)
	require.Empty(t, domain(t, m, "package-1").Refused)
	require.Equal(t, "cpu:1", domain(t, m, "package-1").Device)
}

// TestRAPLFileMadeAnew: a driver may remove and re-create its attributes; the
// open file is dead then and the path is opened again.
func TestRAPLFileMadeAnew(t *testing.T) {
	generation := 0
	m := must(t, power.Config{Root: tree(t, "intel-2s"), OpenFile: func(path string) (power.File, error) {
		f, err := os.Open(path)
		opened := generation
		return switchable{f, func() bool { return opened < generation }}, err
	}}, "rapl")
	generation++
	for name, r := range values(m) {
		require.NoError(t, r.Err, name)
	}
}

// TestRAPLManyPsys: two of them have names of their own and are no headline.
func TestRAPLManyPsys(t *testing.T) {
	root := tree(t, "intel-client-psys")
	class := filepath.Join(root, "sys/class/powercap")
	require.NoError(t, os.CopyFS(filepath.Join(class, "intel-rapl:2"), os.DirFS(filepath.Join(class, "intel-rapl:1"))))
	m := must(t, power.Config{Root: root}, "rapl")
	require.NotEmpty(t, domain(t, m, "psys").Refused)
	require.NotEmpty(t, domain(t, m, "psys-1").Refused)
	require.Empty(t, domain(t, m, "package-0").Refused)
}

// TestRAPLReads every counter in joules with its own stamps.
func TestRAPLReads(t *testing.T) {
	now := int64(1000)
	cfg := power.Config{Root: tree(t, "intel-2s"), Now: func() int64 { now += 10; return now }}
	m := must(t, cfg, "rapl")
	v := values(m)
	require.InDelta(t, 240422.366267, v["package-0"].Value, 1e-9)
	require.InDelta(t, 118821.284256, v["package-1"].Value, 1e-9)
	require.InDelta(t, 31482.716002, v["dram-0"].Value, 1e-9)
	seen := map[int64]bool{}
	for _, r := range v {
		require.NoError(t, r.Err)
		require.Equal(t, int64(10), r.AfterNS-r.BeforeNS)
		require.False(t, seen[r.BeforeNS], "each reading has stamps of its own")
		seen[r.BeforeNS] = true
	}
}

// TestRAPLCountersUnknown: where neither values nor names tell copies of an AMD
// counter apart, none may be a headline.
func TestRAPLCountersUnknown(t *testing.T) {
	root := tree(t, "amd-2s-8ccd")
	for i := range 16 {
		dir := filepath.Join(root, fmt.Sprintf("sys/class/powercap/intel-rapl:%x", i))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "name"), fmt.Appendf(nil, "package-%d", i), 0o644))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "energy_uj"), fmt.Append(nil, 1_000_000_000*(1+i%5)), 0o600))
	}
	for _, d := range must(t, power.Config{Root: root}, "rapl").Domains() {
		require.Contains(t, d.Refused, "which are copies", d.Name)
	}
}

// TestRAPLMissing: every way in which there is nothing to read is one sentence
// that ends with a remedy.
func TestRAPLMissing(t *testing.T) {
	for _, c := range []struct {
		name, tree string
		open       func(string) (power.File, error)
		is         error
		says       []string
	}{
		{"a rented machine", "none", nil, power.ErrUnavailable, []string{"no RAPL zones in", "sys/class/powercap", "modprobe intel_rapl_msr"}},
		{"no permission", "intel-2s", denying("energy_uj"), power.ErrRefused, []string{"intel-rapl:0/energy_uj: permission denied", "run as root, or sudo chmod a+r", "powercap/*/energy_uj"}},
		{"the driver fails", "intel-2s", failingAt("energy_uj", syscall.EINVAL), power.ErrUnavailable, []string{"invalid argument", "intel_rapl_msr"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := open(t, power.Config{Root: tree(t, c.tree), OpenFile: c.open}, "rapl")
			require.ErrorIs(t, err, power.ErrUnavailable)
			require.ErrorIs(t, err, c.is)
			for _, part := range c.says {
				require.ErrorContains(t, err, part)
			}
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

// TestRAPLPartly: zones that fail are left out with a note and the others stay.
func TestRAPLPartly(t *testing.T) {
	for _, c := range []struct {
		name string
		open func(string) (power.File, error)
		note string
	}{
		{"denied", denying("intel-rapl:1/"), "permission denied"},
		{"ENODATA", failingAt("intel-rapl:1/", syscall.ENODATA), "no data available"},
		{"EIO", failingAt("intel-rapl:1/", errIO), "input/output error"},
	} {
		m := must(t, power.Config{Root: tree(t, "intel-2s"), OpenFile: c.open}, "rapl")
		require.ElementsMatch(t, []string{"package-0", "dram-0", "dram-1"}, strings.Fields(names(m)), c.name)
		require.Contains(t, strings.Join(power.Notes(m), "\n"), c.note, c.name)
	}
}

// TestRAPLFailsLater: a counter that fails in mid-run is an error of its domain
// alone, and one whose file was made anew is found again.
func TestRAPLFailsLater(t *testing.T) {
	broken := false
	cfg := power.Config{Root: tree(t, "intel-2s"), OpenFile: func(path string) (power.File, error) {
		f, err := os.Open(path)
		return switchable{f, func() bool { return broken && strings.Contains(path, "intel-rapl:1/") }}, err
	}}
	m := must(t, cfg, "rapl")
	broken = true
	v := values(m)
	require.ErrorIs(t, v["package-1"].Err, syscall.EIO)
	require.True(t, math.IsNaN(v["package-1"].Value))
	require.NoError(t, v["package-0"].Err)
	broken = false
	require.InDelta(t, 118821.284256, values(m)["package-1"].Value, 1e-9)
}

// A switchable file fails while its switch says so.
type switchable struct {
	power.File
	off func() bool
}

func (s switchable) ReadAt(b []byte, at int64) (int, error) {
	if s.off() {
		return 0, syscall.EIO
	}
	return s.File.ReadAt(b, at)
}
