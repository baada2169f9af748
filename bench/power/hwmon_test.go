package power_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"joulemark/bench/power"
	"joulemark/results/joules"
)

// TestHwmonTrees: one line a channel, as it must be published.
func TestHwmonTrees(t *testing.T) {
	const ms = time.Millisecond
	type line struct {
		name   string
		kind   joules.Kind
		scope  joules.Scope
		device string
		period time.Duration
		value  float64 // W or J
		refuse string  // part of the reason, "" = may be a headline
	}
	average, instant, counter := joules.GaugeAverage, joules.GaugeInstant, joules.Counter
	for _, c := range []struct {
		tree  string
		lines []line
		notes []string
	}{
		{"grace-hopper", []line{
			{"module-0", average, joules.Module, "module:0", 50 * ms, 80, ""},
			{"grace-0", average, joules.Package, "cpu:0", 50 * ms, 62, ""},
			{"cpu-0", average, joules.Part, "cpu:0", 100 * ms, 42, ""},
			{"sysio-0", average, joules.Part, "cpu:0", 77 * ms, 18, ""},
		}, nil},
		{"acpi-server", []line{{"power_meter", average, joules.System, "", time.Second, 214, ""}}, nil},
		{"jetson", []line{
			{"ina3221-vdd_in", instant, joules.Module, "", 100 * ms, 12, ""},
			{"ina3221-vdd_cpu_gpu_cv", instant, joules.Part, "", 100 * ms, 2.5, ""},
		}, []string{"in3_input (ina3221): left out: switched off by in3_enable"}},
		{"amdgpu", []line{
			{"amdgpu-0000:03:00.0", average, joules.Board, "0000:03:00.0", 100 * ms, 118, ""},
			{"amdgpu-0000:03:00.0-power1-input", instant, joules.Board, "0000:03:00.0", 100 * ms, 120, "another view of what amdgpu-0000:03:00.0 covers"},
			{"amdgpu-0000:44:00.0", instant, joules.Board, "0000:44:00.0", 100 * ms, -1, ""},
			{"amdgpu-0000:c1:00.0", instant, joules.Part, "0000:c1:00.0", 100 * ms, 28, "an APU"},
		}, nil},
		{"intel-gpu", []line{
			{"i915-0000:04:00.0-energy1-input", counter, joules.Board, "0000:04:00.0", 100 * ms, 5400.123456, ""},
			{"i915_gt0-0000:04:00.0-energy1-input", counter, joules.Part, "0000:04:00.0", 100 * ms, 2400.123456, ""},
			{"xe-0000:05:00.0-card", counter, joules.Board, "0000:05:00.0", 100 * ms, 9000, ""},
			{"xe-0000:05:00.0-pkg", counter, joules.Part, "0000:05:00.0", 100 * ms, 7000, ""},
		}, nil},
		{"smpro", []line{
			{"smpro-cpu-power", instant, joules.Part, "", time.Second, 61, ""},
			{"smpro-rca-vrd", instant, joules.Part, "", time.Second, 19.5, ""},
			{"corsairpsu-power-total", instant, joules.Part, "", time.Second, 310, "no rule says"},
		}, nil},
		{"zenergy", []line{
			{"zenergy-esocket0", counter, joules.Package, "cpu:0", ms, 8812000, ""},
			{"zenergy-esocket1", counter, joules.Package, "cpu:1", ms, 8912000, ""},
		}, []string{"energy1_input (zenergy): left out: a single core"}},
	} {
		t.Run(c.tree, func(t *testing.T) {
			m := must(t, power.Config{Root: tree(t, c.tree)}, "hwmon")
			v := values(m)
			require.Len(t, m.Domains(), len(c.lines), names(m))
			for _, l := range c.lines {
				d := domain(t, m, l.name)
				require.Equal(t, l.kind, d.Kind, l.name)
				require.Equal(t, l.scope, d.Scope, l.name)
				require.Equal(t, l.device, d.Device, l.name)
				require.Equal(t, l.period, d.Period, l.name)
				require.Equal(t, l.refuse == "", d.Refused == "", "%s: %q", l.name, d.Refused)
				require.Contains(t, d.Refused, l.refuse, l.name)
				require.Equal(t, l.kind == average, d.Window > 0, l.name)
				require.True(t, d.Simulated)
				require.Zero(t, d.WrapJ, "no hwmon driver lets its 64 bits wrap")
				if l.value < 0 {
					require.ErrorContains(t, v[l.name].Err, "error code", l.name)
					continue
				}
				require.NoError(t, v[l.name].Err, l.name)
				require.InDelta(t, l.value, v[l.name].Value, 1e-9, l.name)
			}
			for _, note := range c.notes {
				require.Contains(t, strings.Join(power.Notes(m), "\n"), note)
			}
		})
	}
}

// TestHwmonErrorClears: a card whose driver printed an error code gives watts
// again when the driver does, and a channel made anew is found again.
func TestHwmonErrorClears(t *testing.T) {
	root := tree(t, "amdgpu")
	m := must(t, power.Config{Root: root}, "hwmon")
	file := filepath.Join(root, "sys/class/hwmon/hwmon2/power1_input")
	require.NoError(t, os.WriteFile(file, []byte("45000000\n"), 0o644))
	require.InDelta(t, 45, values(m)["amdgpu-0000:44:00.0"].Value, 1e-9)
	require.NoError(t, os.WriteFile(file, []byte("4200000001\n"), 0o644))
	require.Error(t, values(m)["amdgpu-0000:44:00.0"].Err)
	require.NoError(t, os.WriteFile(file, []byte("-95\n"), 0o644))
	require.Error(t, values(m)["amdgpu-0000:44:00.0"].Err)
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	require.ErrorContains(t, values(m)["amdgpu-0000:44:00.0"].Err, "empty")
}

// TestHwmonMissing and refused.
func TestHwmonMissing(t *testing.T) {
	_, err := open(t, power.Config{Root: tree(t, "none")}, "hwmon")
	require.ErrorIs(t, err, power.ErrUnavailable)
	require.ErrorContains(t, err, "load the driver")

	_, err = open(t, power.Config{Root: tree(t, "zenergy"), OpenFile: denying("energy")}, "hwmon")
	require.ErrorIs(t, err, power.ErrRefused)
	require.ErrorContains(t, err, "hwmon2/energy2_input: permission denied: run as root, or sudo chmod a+r ")

	root := tree(t, "acpi-server")
	require.NoError(t, os.WriteFile(filepath.Join(root, "sys/class/hwmon/hwmon3/power1_enable"), []byte("0\n"), 0o644))
	_, err = open(t, power.Config{Root: root}, "hwmon")
	require.ErrorIs(t, err, power.ErrUnavailable)
	require.ErrorContains(t, err, "switched off by power1_enable")
}

// TestHwmonGuest: what a guest's board sensor shows is its hypervisor's.
func TestHwmonGuest(t *testing.T) {
	root := tree(t, "acpi-server")
	require.NoError(t, os.MkdirAll(filepath.Join(root, "proc"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, "proc/cpuinfo"), []byte("flags\t\t: fpu hypervisor\n"), 0o644))
	require.Equal(t, joules.Virtual, must(t, power.Config{Root: root}, "hwmon").Domains()[0].Provenance)
}
