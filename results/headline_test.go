package results

import (
	"strings"
	"testing"

	"joulemark/results/joules"

	"github.com/stretchr/testify/require"
)

// dom is a domain from a line "meter:name scope device [provenance] [kind] [refused] [uuid=…]".
func dom(line string) joules.Domain {
	f := strings.Fields(line)
	meter, name, _ := strings.Cut(f[0], ":")
	d := joules.Domain{Meter: meter, Name: name, Scope: joules.Scope(f[1]), Device: strings.TrimPrefix(f[2], "-"), Provenance: joules.Measured, Kind: joules.Counter}
	for _, word := range f[3:] {
		switch word {
		case "refused":
			d.Refused = "stood still"
		case "gauge":
			d.Kind = joules.GaugeInstant
		default:
			if uuid, ok := strings.CutPrefix(word, "uuid="); ok {
				d.UUID = uuid
				continue
			}
			d.Provenance = joules.Provenance(word)
		}
	}
	return d
}

func TestHeadline(t *testing.T) {
	const packages = "rapl:package-0 package cpu:0; rapl:package-1 package cpu:1"
	for name, c := range map[string]struct{ domains, match, want string }{
		"nothing":                       {"", "cpu", ""},
		"packages and memory":           {packages + "; rapl:dram-1 dram cpu:1; rapl:dram-0 dram cpu:0", "cpu", "rapl:package-0+rapl:package-1+rapl:dram-0+rapl:dram-1"},
		"by number":                     {"rapl:package-10 package cpu:10; rapl:package-9 package cpu:9", "cpu", "rapl:package-9+rapl:package-10"},
		"memory of one package only":    {packages + "; rapl:dram-0 dram cpu:0", "cpu", "rapl:package-0+rapl:package-1"},
		"never wider":                   {packages + "; rapl:psys system -; shelly:0 wall - external", "cpu", "rapl:package-0+rapl:package-1"},
		"never parts":                   {"rapl:core-0 part cpu:0; rapl:uncore-0 part cpu:0", "cpu", ""},
		"one meter only":                {packages + "; hwmon:socket-0 package cpu:0; hwmon:socket-1 package cpu:1", "cpu", "rapl:package-0+rapl:package-1"},
		"the meter that covers all":     {"rapl:package-0 package cpu:0; hwmon:socket-0 package cpu:0; hwmon:socket-1 package cpu:1", "cpu", "hwmon:socket-0+hwmon:socket-1"},
		"half a machine is none":        {"rapl:package-0 package cpu:0; rapl:package-1 package cpu:1 refused", "cpu", ""},
		"a refused one, then wider":     {"rapl:package-0 package cpu:0 refused; rapl:psys system -", "cpu", "rapl:psys"},
		"a virtual one hides nothing":   {"rapl:package-0 package cpu:0 virtual; shelly:0 wall - external", "cpu", "shelly:0"},
		"virtual is not measured":       {"rapl:package-0 package cpu:0 virtual", "cpu", ""},
		"foreign and estimated neither": {"a:p package cpu:0 foreign; b:p package cpu:0 estimated", "cpu", ""},
		"vendor's model counts":         {"rapl:package-0 package cpu:0 vendor_model", "cpu", "rapl:package-0"},
		"dies are summed":               {"rapl:package-0-die-0 package cpu:0; rapl:package-0-die-1 package cpu:0", "cpu", "rapl:package-0-die-0+rapl:package-0-die-1"},
		"a die is missing":              {"rapl:package-0-die-0 package cpu:0; rapl:package-0-die-1 package cpu:0 refused; ipmi:dcmi system -", "cpu", "ipmi:dcmi"},
		"a dropped twin harms nothing":  {"rapl:package-0 package cpu:0; rapl:package-0-mmio package cpu:0 refused", "cpu", "rapl:package-0"},
		"module":                        {"hwmon:module-0 module cpu:0; hwmon:module-1 module cpu:1; ipmi:dcmi system -", "cpu", "hwmon:module-0+hwmon:module-1"},
		"inside before outside":         {"shelly:0 wall - external; battery:BAT0 system -", "cpu", "battery:BAT0"},
		"one system sensor":             {"battery:BAT0 system -; battery:BAT1 system -", "cpu", "battery:BAT0"},
		"unknown packages":              {"replay:0 package cpu:0", "cpu", "replay:0"},

		"board":                     {packages + "; nvml:0 board 0000:0a:00.0; nvml:1 board 0000:0b:00.0", "0000:0b:00.0", "nvml:1"},
		"PCI in eight digits":       {"nvml:0 board 00000000:0A:00.0", "0000:0a:00.0", "nvml:0"},
		"PCI without domain":        {"hwmon:card0 board 0000:0a:00.0", "0A:00.0", "hwmon:card0"},
		"UUID":                      {"nvml:0 board GPU-5f1c", "gpu-5F1C", "nvml:0"},
		"other board":               {"nvml:0 board 0000:0a:00.0", "0000:0b:00.0", ""},
		"no address":                {"nvml:0 board 0000:0a:00.0 uuid=GPU-1", "", ""},
		"a device of no name":       {"nvml:0 board -", "", ""},
		"both names":                {"nvml:0 board 0000:0a:00.0 uuid=GPU-5F1C-AA; nvml:1 board 0000:0b:00.0 uuid=GPU-77-AA", "GPU-77-aa", "nvml:1"},
		"UUID without prefix":       {"nvml:0 board 0000:0a:00.0 uuid=GPU-5F1C-AA", "5f1c-aa", "nvml:0"},
		"an instance is no card":    {"nvml:0 board 0000:0a:00.0 uuid=GPU-5f1c", "MIG-5f1c", ""},
		"PCI without function":      {"nvml:0 board 0000:41:00.0; nvml:1 board 0000:41:01.0", "41:01", "nvml:1"},
		"PCI of few digits":         {"nvml:0 board 0000:01:00.0", "0:1:0.0", "nvml:0"},
		"another function":          {"nvml:0 board 0000:01:00.0", "0000:01:00.1", ""},
		"counter before gauge":      {"nvml:0-power board 0000:0a:00.0 gauge; nvml:0-energy board 0000:0a:00.0", "0000:0a:00.0", "nvml:0-energy"},
		"packages are not a card's": {packages, "0000:0a:00.0", ""},
		"psys is not a card's":      {"rapl:psys system -", "0000:0a:00.0", ""},
		"a plug holds the card":     {"shelly:0 wall - external", "0000:0a:00.0", "shelly:0"},
		"other domain of PCI":       {"nvml:0 board 00010000:0A:00.0", "0000:0a:00.0", ""},
		"a large domain of PCI":     {"nvml:0 board 00010000:0A:00.0", "10000:0a:00.0", "nvml:0"},
		"a module of the card":      {"nvml:0 module 0000:0a:00.0 uuid=GPU-1", "GPU-1", "nvml:0"},
	} {
		t.Run(name, func(t *testing.T) {
			var domains []joules.Domain
			for line := range strings.SplitSeq(c.domains, "; ") {
				if line != "" {
					domains = append(domains, dom(line))
				}
			}
			kind := KindAccelerator
			if c.match == KindCPU {
				kind = KindCPU
			}
			var got []string
			for _, d := range Headline(domains, c.match, kind) {
				got = append(got, d.ID())
			}
			require.Equal(t, c.want, strings.Join(got, "+"))
		})
	}
}

// A card whose only sensor may not be used says why it has no joules.
func TestARefusedCardSaysWhy(t *testing.T) {
	mig := joules.Domain{Meter: "nvml", Name: "0-whole-board-energy", Scope: joules.Board, Device: "0000:0a:00.0", UUID: "GPU-1", Provenance: joules.Measured, Refused: "MIG is on"}
	for match, want := range map[string]string{"0000:0a:00.0": "MIG is on", "gpu-1": "MIG is on", "0000:0b:00.0": "", "MIG-1": "", "": ""} {
		headline, why := (&Machine{}).Covering([]joules.Domain{mig}, PlanDevice{Kind: KindAccelerator, Match: match})
		require.Empty(t, headline)
		require.Equal(t, want, why, match)
	}
}

func TestNaturalCompare(t *testing.T) {
	ordered := []string{"", "a", "a1", "a2", "a2b", "a10", "a010", "a100000000000000000000", "b"}
	for i, a := range ordered {
		for j, b := range ordered {
			got := naturalCompare(a, b)
			require.Equal(t, i < j, got < 0, "%q %q", a, b)
			require.Equal(t, i == j, got == 0, "%q %q", a, b)
		}
	}
}

// A sum over some of the packages is no energy of the CPU.
func TestHeadlineMustCoverEverySocket(t *testing.T) {
	zone := func(n string) joules.Domain {
		return joules.Domain{Meter: "rapl", Name: "package-" + n, Scope: joules.Package, Device: "cpu:" + n, Provenance: joules.Measured}
	}
	cpu := PlanDevice{Kind: KindCPU, Match: KindCPU}
	test := func(sockets, want int, why string, domains ...joules.Domain) {
		t.Helper()
		m := &Machine{CPU: CPU{Sockets: sockets}}
		got, reason := m.Covering(domains, cpu)
		require.Len(t, got, want)
		require.Equal(t, why, reason)
	}
	test(2, 2, "", zone("0"), zone("1"))
	test(2, 0, "the sensors read cover 1 of 2 packages", zone("0"))
	test(1, 1, "", zone("0"))
	test(2, 1, "", joules.Domain{Meter: "hwmon", Name: "all", Scope: joules.Package, Provenance: joules.Measured})
	test(2, 0, "")
}
