package power_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/bench/power"
	"joulemark/results/joules"
)

// TestBattery reads the uevent as one snapshot: power_now beside it says 4.83 W.
func TestBattery(t *testing.T) {
	m := must(t, power.Config{Root: tree(t, "laptop-battery")}, "battery")
	d := domain(t, m, "system")
	require.Equal(t, joules.System, d.Scope)
	require.Equal(t, joules.GaugeInstant, d.Kind)
	require.Empty(t, d.Device)
	require.True(t, d.Simulated)
	v := values(m)["system"]
	require.NoError(t, v.Err)
	require.InDelta(t, 5.064, v.Value, 1e-12)
}

// TestBatteryStates changes the laptop in one way and says what is read then,
// both at opening and in mid-run.
func TestBatteryStates(t *testing.T) {
	const powered, watts = "POWER_SUPPLY_POWER_NOW=5064000", "POWER_SUPPLY_VOLTAGE_NOW=11750000"
	edit := func(old, new string) func(*testing.T, string) {
		return func(t *testing.T, root string) {
			file := filepath.Join(root, "sys/class/power_supply/BAT0/uevent")
			b, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Contains(t, string(b), old)
			require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(b), old, new, 1)), 0o644))
		}
	}
	write := func(file, text string) func(*testing.T, string) {
		return func(t *testing.T, root string) {
			full := filepath.Join(root, "sys/class/power_supply", file)
			require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o755))
			require.NoError(t, os.WriteFile(full, []byte(text), 0o644))
		}
	}
	for _, c := range []struct {
		name   string
		change func(*testing.T, string)
		watts  float64
		says   string
	}{
		{"negative while discharging", edit(powered, "POWER_SUPPLY_POWER_NOW=-5064000"), 5.064, ""},
		{"current and voltage", edit(powered, "POWER_SUPPLY_CURRENT_NOW=400000"), 4.7, ""},
		{"negative current", edit(powered, "POWER_SUPPLY_CURRENT_NOW=-400000"), 4.7, ""},
		{"charging", edit("STATUS=Discharging", "STATUS=Charging"), 0, "unplug the charger"},
		{"full", edit("STATUS=Discharging", "STATUS=Full"), 0, "unplug the charger"},
		{"on mains", write("AC/online", "1\n"), 0, "on mains power: unplug the charger"},
		{"neither power nor current", edit(powered, "X=1"), 0, "neither power nor current"},
		{"no voltage", edit(watts, "POWER_SUPPLY_CURRENT_NOW=1"), 5.064, ""},
		{"zero is no answer", edit(powered, "POWER_SUPPLY_POWER_NOW=0"), 0, "neither power nor current"},
		{"an error code", edit(powered, "POWER_SUPPLY_POWER_NOW=4294967201"), 0, "error code"},
		{"no number", edit(powered, "POWER_SUPPLY_POWER_NOW=plenty"), 0, "neither power nor current"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := tree(t, "laptop-battery")
			before := must(t, power.Config{Root: root}, "battery")
			c.change(t, root)
			m, err := open(t, power.Config{Root: root}, "battery")
			later := values(before)["system"]
			if c.says != "" {
				require.ErrorIs(t, err, power.ErrUnavailable)
				require.ErrorContains(t, err, c.says)
				require.ErrorContains(t, later.Err, c.says)
				return
			}
			require.NoError(t, err)
			require.InDelta(t, c.watts, values(m)["system"].Value, 1e-12)
			require.InDelta(t, c.watts, later.Value, 1e-12)
		})
	}
}

// TestTwoBatteries are summed while both discharge; one that rests gives nothing.
func TestTwoBatteries(t *testing.T) {
	root := tree(t, "laptop-battery")
	dir := filepath.Join(root, "sys/class/power_supply/BAT1")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	write := func(status string) {
		text := "POWER_SUPPLY_TYPE=Battery\nPOWER_SUPPLY_STATUS=" + status + "\nPOWER_SUPPLY_POWER_NOW=3000000\n"
		require.NoError(t, os.WriteFile(filepath.Join(dir, "uevent"), []byte(text), 0o644))
	}
	write("Discharging")
	m := must(t, power.Config{Root: root}, "battery")
	require.InDelta(t, 8.064, values(m)["system"].Value, 1e-12)
	write("Not charging")
	require.InDelta(t, 5.064, values(m)["system"].Value, 1e-12)
}

// TestNoBattery names the folder that was looked at.
func TestNoBattery(t *testing.T) {
	_, err := open(t, power.Config{Root: tree(t, "none")}, "battery")
	require.ErrorIs(t, err, power.ErrUnavailable)
	require.ErrorContains(t, err, "no battery in")
	_, err = open(t, power.Config{Root: tree(t, "laptop-battery"), OpenFile: denying("BAT0/uevent")}, "battery")
	require.ErrorIs(t, err, power.ErrRefused)
}
