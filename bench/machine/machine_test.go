package machine

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// tree writes files (name -> content) and returns their root.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	}
	return root
}

var xeon = map[string]string{
	"proc/cpuinfo": "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 143\nmodel name\t: Intel(R) Xeon(R) Platinum 8480+\nstepping\t: 8\nmicrocode\t: 0x2b000461\nflags\t\t: fpu vme avx512f\n\nprocessor\t: 1\nmodel name\t: wrong\n",
	"proc/meminfo": "MemTotal:       527988480 kB\nMemFree:        1 kB\n",
	"sys/devices/system/cpu/cpu0/topology/physical_package_id":            "0\n",
	"sys/devices/system/cpu/cpu1/topology/physical_package_id":            "1\n",
	"sys/devices/system/cpu/cpu0/topology/thread_siblings_list":           "0,112\n",
	"sys/devices/system/cpu/cpu0/cache/index3/level":                      "3",
	"sys/devices/system/cpu/cpu0/cache/index3/size":                       "107520K",
	"sys/devices/system/cpu/cpu0/cache/index3/shared_cpu_list":            "0-55",
	"sys/devices/system/cpu/cpu1/cache/index3/level":                      "3",
	"sys/devices/system/cpu/cpu1/cache/index3/size":                       "107520K",
	"sys/devices/system/cpu/cpu1/cache/index3/shared_cpu_list":            "56-111",
	"sys/devices/system/cpu/cpu0/cpufreq/scaling_governor":                "performance\n",
	"sys/class/dmi/id/product_uuid":                                       "4c4c4544-0042\n",
	"sys/bus/pci/devices/0000:17:00.0/class":                              "0x030200\n",
	"sys/bus/pci/devices/0000:17:00.0/vendor":                             "0x10de\n",
	"sys/bus/pci/devices/0000:17:00.0/device":                             "0x2330\n",
	"sys/bus/pci/devices/0000:18:00.0/class":                              "0x020000\n",
	"sys/class/hwmon/hwmon3/name":                                         "coretemp\n",
	"sys/class/hwmon/hwmon3/temp1_input":                                  "48000\n",
	"sys/class/hwmon/hwmon3/temp2_input":                                  "51500\n",
	"sys/class/hwmon/hwmon4/name":                                         "nvme\n",
	"sys/class/hwmon/hwmon4/temp1_input":                                  "90000\n",
	"sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count":    "3\n",
	"sys/devices/system/cpu/cpu1/thermal_throttle/package_throttle_count": "4\n",
}

func TestDescribeReadsTheTreeAndNotThisMachine(t *testing.T) {
	m := Describe(tree(t, xeon))
	require.Equal(t, "Intel(R) Xeon(R) Platinum 8480+", m.CPU.Model)
	require.Equal(t, "Sapphire Rapids", m.CPU.March)
	require.Equal(t, 2, m.CPU.Sockets)
	require.Equal(t, 2*107520<<10, m.CPU.L3Bytes)
	require.EqualValues(t, 527988480<<10, m.MemoryBytes)
	require.False(t, m.Hypervisor)
	require.Equal(t, "performance", m.Settings["governor"])
	require.Equal(t, []string{"NVIDIA 2330"}, m.Cards)
	require.Contains(t, m.Model, "2 x Intel(R) Xeon(R) Platinum 8480+ (Sapphire Rapids)")
	require.Regexp(t, `^sapphirerapids-\d+c$`, m.Slug)
}

func TestIdentityFollowsTheProductUUIDAndHidesIt(t *testing.T) {
	a := Describe(tree(t, xeon)).ID
	require.Equal(t, a, Describe(tree(t, xeon)).ID)
	require.NotEqual(t, a, Describe(tree(t, map[string]string{"sys/class/dmi/id/product_uuid": "other"})).ID)
	require.Regexp(t, "^[0-9a-f]{16}$", a)
}

func TestHypervisorFlag(t *testing.T) {
	require.True(t, Describe(tree(t, map[string]string{"proc/cpuinfo": "flags : fpu hypervisor avx\n"})).Hypervisor)
	require.False(t, Describe(tree(t, map[string]string{"proc/cpuinfo": "flags : fpu hypervisorish\n"})).Hypervisor)
	require.True(t, Describe(tree(t, map[string]string{"sys/hypervisor/type": "xen\n"})).Hypervisor)
}

func TestStateOfTheTree(t *testing.T) {
	s := ReadState(tree(t, xeon))
	require.Equal(t, 51.5, s.TemperatureC, "the hottest CPU sensor, not the disk's")
	require.Equal(t, 7.0, s.ThrottleCount)
	empty := ReadState(t.TempDir())
	require.True(t, math.IsNaN(empty.TemperatureC) && math.IsNaN(empty.ThrottleCount), "missing is not zero")
}

func TestCompetingFraction(t *testing.T) {
	test := func(busy, own, want float64) {
		t.Helper()
		got := CompetingFraction(State{}, State{BusyS: busy, OwnS: own, CPUs: 4}, 10)
		require.InDelta(t, want, got, 1e-12)
	}
	test(20, 20, 0)
	test(24, 20, 0.1)
	test(90, 20, 1) // ticks round up; never more than all
	test(19, 20, 0) // ticks round down; never negative
}

func TestCountList(t *testing.T) {
	for list, want := range map[string]int{"0": 1, "0,112": 2, "0-3,8": 5, "": 0, "x": 0, "3-1": 0} {
		require.Equal(t, want, countList(list), list)
	}
}

func TestMarch(t *testing.T) {
	test := func(vendor string, family, model int, want string) {
		t.Helper()
		require.Equal(t, want, march(vendor, family, model))
	}
	test("AuthenticAMD", 0x19, 0x11, "Zen 4")
	test("AuthenticAMD", 0x19, 0x01, "Zen 3")
	test("AuthenticAMD", 0x17, 0x31, "Zen 2")
	test("AuthenticAMD", 0x1a, 0x02, "Zen 5")
	test("GenuineIntel", 6, 0x55, "Skylake-SP")
	test("GenuineIntel", 15, 0x55, "")
	test("0x41", 0, 0xd0c, "Neoverse N1")
}

func TestPowerLimitSumsPackagesOnce(t *testing.T) {
	zone := func(id, name, limit string) map[string]string {
		dir := "sys/class/powercap/" + id + "/"
		return map[string]string{dir + "name": name, dir + "constraint_0_name": "long_term", dir + "constraint_0_power_limit_uw": limit}
	}
	files := map[string]string{}
	for _, z := range []map[string]string{zone("intel-rapl:0", "package-0", "270000000"), zone("intel-rapl:1", "package-1", "250000000"),
		zone("intel-rapl-mmio:0", "package-0", "1000000"), zone("intel-rapl:0:0", "dram", "5000000"), zone("intel-rapl:2", "psys", "9000000")} {
		for k, v := range z {
			files[k] = v
		}
	}
	require.Equal(t, 520.0, PowerLimitW(tree(t, files)))
	require.True(t, math.IsNaN(PowerLimitW(t.TempDir())))
}
