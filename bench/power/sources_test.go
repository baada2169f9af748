package power_test

import (
	"errors"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/bench/power"
)

// TestSources: each says in a line what it reads and what it needs.
func TestSources(t *testing.T) {
	var list []string
	for _, s := range power.Sources() {
		list = append(list, s.Name)
		for _, text := range []string{s.Name, s.Summary, s.Needs} {
			require.NotEmpty(t, text, s.Name)
			require.NotContains(t, text, "\n")
			require.NotContains(t, text, "|", "it stands in a table")
		}
		require.NotNil(t, s.Open)
	}
	require.True(t, sort.StringsAreSorted(list))
	require.Subset(t, list, []string{"battery", "hwmon", "rapl", "replay"})
	require.Panics(t, func() { power.Register(power.Sources()[0]) })
}

// TestSelectors: what a list of --meter values opens on a two-package server.
func TestSelectors(t *testing.T) {
	root := tree(t, "intel-2s")
	trace := filepath.Join(t.TempDir(), "trace.csv")
	require.NoError(t, os.WriteFile(trace, []byte("time_s,power_w\n0,10\n1,20\n"), 0o644))
	for _, c := range []struct {
		selectors string // separated by spaces
		want      string // meter:domain of what opens, "!meter" of what does not
		err       string
	}{
		{"", "!battery !hwmon !nvml rapl:dram-0 rapl:dram-1 rapl:package-0 rapl:package-1", ""},
		{"none", "", ""},
		{"none rapl", "", `"none" excludes every meter: give it alone, or leave it out`},
		{"rapl", "rapl:dram-0 rapl:dram-1 rapl:package-0 rapl:package-1", ""},
		{"r*l", "rapl:dram-0 rapl:dram-1 rapl:package-0 rapl:package-1", ""},
		{"rapl:package-0", "rapl:package-0", ""},
		{"rapl:package-*", "rapl:package-0 rapl:package-1", ""},
		{"rapl:package-0 rapl:dram-1", "rapl:dram-1 rapl:package-0", ""},
		{"rapl:package-0 rapl", "rapl:dram-0 rapl:dram-1 rapl:package-0 rapl:package-1", ""},
		{"rapl rapl:package-0", "rapl:dram-0 rapl:dram-1 rapl:package-0 rapl:package-1", ""},
		{"*:package-1", "!battery !hwmon !nvml rapl:package-1 !replay", ""},
		{"rapl:psys", "!rapl", ""},
		{"replay=" + trace, "replay:trace", ""},
		{"replay=" + trace + "?device=cpu:3 rapl:dram-0", "rapl:dram-0 replay:trace", ""},
		{"replay", "!replay", ""},
		{"rapple", "", `no meter "rapple": choose from battery hwmon nvml rapl replay (joulemark list meters)`},
		{"rapl hwmom", "", `no meter "hwmom": choose from battery hwmon nvml rapl replay (joulemark list meters)`},
		{"x*", "", `no meter "x*": choose from battery hwmon`},
		{"voltmeter", "", `no meter "voltmeter": choose from battery hwmon`},
		{"ra[", "", `"ra[" is no pattern: write * and ? for any letters`},
	} {
		t.Run(c.selectors, func(t *testing.T) {
			found, err := power.OpenAll(power.Config{Root: root}, strings.Fields(c.selectors))
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			var got []string
			for _, f := range found {
				if f.Err != nil {
					require.ErrorIs(t, f.Err, power.ErrUnavailable)
					require.Nil(t, f.Meter)
					got = append(got, "!"+f.Name)
					continue
				}
				defer f.Meter.Close()
				for name, r := range values(f.Meter) {
					require.NoError(t, r.Err)
					got = append(got, f.Name+":"+name)
				}
			}
			require.ElementsMatch(t, strings.Fields(c.want), got)
		})
	}
}

// TestSelectedDomainsKeepTheirValues: a chosen domain reads its own counter.
func TestSelectedDomainsKeepTheirValues(t *testing.T) {
	found, err := power.OpenAll(power.Config{Root: tree(t, "intel-2s")}, []string{"rapl:package-1", "rapl:dram-0"})
	require.NoError(t, err)
	defer found[0].Meter.Close()
	v := values(found[0].Meter)
	require.InDelta(t, 118821.284256, v["package-1"].Value, 1e-9)
	require.InDelta(t, 31482.716002, v["dram-0"].Value, 1e-9)
	require.Empty(t, power.Notes(found[0].Meter))
	_, err = open(t, power.Config{Root: tree(t, "intel-2s")}, "rapl:psys")
	require.ErrorContains(t, err, "rapl has no domain psys: choose from package-0 dram-0 package-1 dram-1")
}

// TestSimulated: under this machine's own root nothing is marked so.
func TestSimulated(t *testing.T) {
	for _, root := range []string{"", "/", "//"} {
		found, err := power.OpenAll(power.Config{Root: root}, nil)
		require.NoError(t, err)
		for _, f := range found {
			if f.Err != nil {
				require.True(t, errors.Is(f.Err, power.ErrUnavailable))
				continue
			}
			for _, d := range f.Meter.Domains() {
				require.False(t, d.Simulated)
			}
			f.Meter.Close()
		}
	}
}
