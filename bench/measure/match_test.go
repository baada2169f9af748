package measure

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/bench/internal/nvml/nvmltest"
	"joulemark/bench/machine"
	"joulemark/bench/power"
	"joulemark/bench/power/fixture"
	"joulemark/results"
	"joulemark/results/joules"
)

// readers opens meters and the state of cards below a root as a run does.
func readers(t *testing.T, root string, meters ...string) (domains []joules.Domain, r *run) {
	t.Helper()
	found, err := power.OpenAll(power.Config{Root: root}, meters)
	require.NoError(t, err)
	for _, f := range found {
		require.NoError(t, f.Err)
		t.Cleanup(func() { f.Meter.Close() })
		domains = append(domains, f.Meter.Domains()...)
	}
	r = &run{job: &Job{SensorRoot: root}}
	t.Cleanup(r.cards.done)
	return domains, r
}

// One library tells of four cards: NVML lists them in one order, the computing stack
// in another, and each device of the stack names itself as that stack does. Each
// finds its own card's watts and state, whatever the orders.
func TestDevicesAreMatchedByNameAndNeverByOrder(t *testing.T) {
	type gpu struct {
		pci, uuid string
		sm        int
	}
	gpus := []gpu{{"00000000:41:00.0", "GPU-aaaaaaaa-1111-2222-3333-444444444401", 1001}, {"00000000:0A:00.0", "GPU-aaaaaaaa-1111-2222-3333-444444444402", 1002},
		{"00010000:41:00.0", "GPU-aaaaaaaa-1111-2222-3333-444444444403", 1003}, {"00000000:C1:00.0", "GPU-aaaaaaaa-1111-2222-3333-444444444404", 1004}}
	spellings := map[string]func(gpu) string{
		"PCI of NVML":         func(g gpu) string { return g.pci },
		"PCI of Linux":        func(g gpu) string { return strings.ToLower(strings.TrimPrefix(g.pci, "000")) },
		"PCI of CUDA":         func(g gpu) string { return strings.TrimPrefix(g.pci, "0000") },
		"UUID":                func(g gpu) string { return g.uuid },
		"UUID without prefix": func(g gpu) string { return strings.ToUpper(strings.TrimPrefix(g.uuid, "GPU-")) },
	}
	library := nvmltest.Build(t)
	for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}} {
		var cards []string
		for _, i := range order {
			cards = append(cards, fmt.Sprintf("pci=%s,uuid=%s,sm=%d", gpus[i].pci, gpus[i].uuid, gpus[i].sm))
		}
		nvmltest.Use(t, library, cards...)
		domains, r := readers(t, "", "nvml")
		for how, spell := range spellings {
			for _, g := range gpus {
				device := results.PlanDevice{Kind: results.KindAccelerator, Match: spell(g)}
				headline := results.Headline(domains, device.Match, device.Kind)
				require.Len(t, headline, 1, "%s %s", how, device.Match)
				require.Equal(t, g.uuid, headline[0].UUID, "%s %s in order %v", how, device.Match, order)
				require.Equal(t, joules.Counter, headline[0].Kind)
				require.Equal(t, float64(g.sm)*1e6, r.card(device).State().ClockHz, "%s %s", how, device.Match)
			}
		}
		for _, unknown := range []string{"", "00000000:42:00.0", "GPU-aaaaaaaa-1111-2222-3333-444444444409", "MIG-aaaaaaaa-1111-2222-3333-444444444401", "cuda:0", "0"} {
			device := results.PlanDevice{Kind: results.KindAccelerator, Match: unknown}
			require.Empty(t, results.Headline(domains, unknown, device.Kind), "never another's: %q", unknown)
			require.True(t, math.IsNaN(r.card(device).State().ClockHz))
		}
	}
}

// Cards of AMD and Intel, whose watts and state are files.
func TestCardsOfHwmonAreMatched(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, fixture.Unpack("amdgpu", root))
	require.NoError(t, fixture.Unpack("intel-gpu", root))
	amd := filepath.Join(root, "sys/devices/pci0000:00/0000:00:01.1/0000:03:00.0")
	require.NoError(t, os.MkdirAll(amd, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(amd, "unique_id"), []byte("3bd0a3c7d2c4e5f6\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(root, "sys/class/hwmon/hwmon1/temp2_input"), []byte("71000\n"), 0o644))
	domains, r := readers(t, root, "hwmon")
	for range 2 {
		for match, want := range map[string]string{
			"0000:03:00.0": "hwmon:amdgpu-0000:03:00.0", "03:00.0": "hwmon:amdgpu-0000:03:00.0", "GPU-3BD0A3C7D2C4E5F6": "hwmon:amdgpu-0000:03:00.0",
			"00000000:44:00.0": "hwmon:amdgpu-0000:44:00.0", "0000:04:00.0": "hwmon:i915-0000:04:00.0-energy1-input", "0000:05:00.0": "hwmon:xe-0000:05:00.0-card",
			"0000:c1:00.0": "", "0000:03:00.1": "", "GPU-1": "", // an APU's watts hold its CPU cores too
		} {
			var got string
			for _, d := range results.Headline(domains, match, results.KindAccelerator) {
				got += d.ID()
			}
			require.Equal(t, want, got, match)
		}
		slices.Reverse(domains)
	}
	require.Equal(t, 71., r.card(results.PlanDevice{Kind: results.KindAccelerator, Match: "3:0.0"}).State().TemperatureC)
	require.Nil(t, r.card(results.PlanDevice{Kind: results.KindAccelerator, Match: "0000:06:00.0"}))
	require.Nil(t, r.card(results.PlanDevice{Kind: results.KindCPU, Match: "cpu"}))
}

func TestWhatVoidsAWindowOfACard(t *testing.T) {
	test := func(want string, w machine.CardWindow) {
		t.Helper()
		if got := heldBack(w, 2); want == "" {
			require.Empty(t, got)
		} else {
			require.Contains(t, got, want)
		}
	}
	test("", machine.CardWindow{})
	test("", machine.CardWindow{Events: "sw_power_cap", EventsKnown: true, HeldS: 0.01})
	test("", machine.CardWindow{HeldS: math.NaN()})
	test("throttled: hw_slowdown of the card", machine.CardWindow{Events: "sw_power_cap+hw_slowdown", Slowdown: "hw_slowdown"})
	test("held the card's clocks back for 0.5 s of 2 s", machine.CardWindow{HeldS: 0.5})
}
