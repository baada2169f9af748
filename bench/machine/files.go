package machine

import (
	"bufio"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/prometheus/procfs"
)

// glob is filepath.Glob under root, sorted; a bad pattern is our own mistake.
func glob(root, pattern string) []string {
	found, err := filepath.Glob(filepath.Join(root, pattern))
	if err != nil {
		panic(err)
	}
	return found
}

// cpuInfo is the first processor's block of /proc/cpuinfo, key to value. procfs'
// own reader refuses what it does not know; here every key is optional.
func cpuInfo(root string) map[string]string {
	out := map[string]string{}
	f, err := os.Open(filepath.Join(root, "proc/cpuinfo"))
	if err != nil {
		return out
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan() && (len(out) == 0 || sc.Text() != ""); {
		if k, v, ok := strings.Cut(sc.Text(), ":"); ok {
			out[strings.TrimSpace(k)] = strings.TrimSpace(v)
		}
	}
	return out
}

// hypervisor reports CPUID's hypervisor flag as the kernel under root shows it.
func hypervisor(root string) bool {
	for flag := range strings.FieldsSeq(cpuInfo(root)["flags"]) {
		if flag == "hypervisor" {
			return true
		}
	}
	return firstLine(root, "sys/hypervisor/type") != ""
}

func memoryBytes(root string) int64 {
	for _, r := range []string{root, "/"} {
		if fs, err := procfs.NewFS(filepath.Join(r, "proc")); err == nil {
			if m, err := fs.Meminfo(); err == nil && m.MemTotalBytes != nil {
				return int64(*m.MemTotalBytes)
			}
		}
	}
	return platformMemory()
}

// settings are the kernel's switches that change watts or speed.
func settings(root string) map[string]string {
	out := map[string]string{}
	for key, file := range map[string]string{
		"governor":       "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
		"cpufreq_driver": "sys/devices/system/cpu/cpu0/cpufreq/scaling_driver",
		"epp":            "sys/devices/system/cpu/cpu0/cpufreq/energy_performance_preference",
		"max_freq_khz":   "sys/devices/system/cpu/cpu0/cpufreq/scaling_max_freq",
		"boost":          "sys/devices/system/cpu/cpufreq/boost",
		"no_turbo":       "sys/devices/system/cpu/intel_pstate/no_turbo",
		"smt":            "sys/devices/system/cpu/smt/active",
		"thp":            "sys/kernel/mm/transparent_hugepage/enabled",
		"clocksource":    "sys/devices/system/clocksource/clocksource0/current_clocksource",
		"numa_balancing": "proc/sys/kernel/numa_balancing",
	} {
		if v := firstLine(root, file); v != "" {
			out[key] = v
		}
	}
	return out
}

func firmware(root string) map[string]string {
	out := map[string]string{}
	for _, key := range []string{"bios_vendor", "bios_version", "bios_date", "board_name", "product_name", "sys_vendor"} {
		if v := firstLine(root, "sys/class/dmi/id/"+key); v != "" {
			out[key] = v
		}
	}
	return out
}

// cards names display and processing-accelerator PCI devices by vendor and id;
// their marketing names need a database that this program does not carry.
func cards(root string) []string {
	vendors := map[string]string{"0x10de": "NVIDIA", "0x1002": "AMD", "0x8086": "Intel", "0x1e52": "Tenstorrent", "0x1da3": "Habana", "0x1ae0": "Google", "0x1d0f": "Amazon"}
	var out []string
	for _, dir := range glob(root, "sys/bus/pci/devices/*") {
		class, err := strconv.ParseUint(strings.TrimPrefix(firstLine(dir, "class"), "0x"), 16, 32)
		if err != nil || class>>16 != 0x03 && class>>16 != 0x12 {
			continue
		}
		if v := vendors[firstLine(dir, "vendor")]; v != "" {
			out = append(out, v+" "+strings.TrimPrefix(firstLine(dir, "device"), "0x"))
		}
	}
	return out
}
