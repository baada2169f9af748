package machine

import (
	"runtime"
	"strconv"
	"strings"

	"github.com/klauspost/cpuid/v2"
)

// describeCPU joins what CPUID says of this processor with what the kernel under
// root says; the kernel wins where both speak, because a test's root stands for
// another machine and a hypervisor may mask CPUID leaves.
func describeCPU(root string) CPU {
	c := CPU{
		Vendor: cpuid.CPU.VendorString, Model: cpuid.CPU.BrandName, Family: cpuid.CPU.Family, ModelID: cpuid.CPU.Model,
		Stepping: cpuid.CPU.Stepping, Threads: runtime.GOMAXPROCS(0), Sockets: 1, ISA: instructionSets(),
		L1DBytes: max(cpuid.CPU.Cache.L1D, 0), L2Bytes: max(cpuid.CPU.Cache.L2, 0), L3Bytes: max(cpuid.CPU.Cache.L3, 0),
	}
	info := cpuInfo(root)
	c.fromCPUInfo(info)
	c.fromTopology(root)
	c.Cores = max(1, c.Threads/max(1, siblings(root)))
	if c.Model == "" {
		c.Model = platformCPU()
	}
	c.March = march(c.Vendor, c.Family, c.ModelID)
	return c
}

// fromCPUInfo takes what the first processor of /proc/cpuinfo says.
func (c *CPU) fromCPUInfo(info map[string]string) {
	set := func(dst *string, keys ...string) {
		for _, k := range keys {
			if v := info[k]; v != "" {
				*dst = v
				return
			}
		}
	}
	num := func(dst *int, key string) {
		if v, err := strconv.Atoi(info[key]); err == nil {
			*dst = v
		}
	}
	set(&c.Vendor, "vendor_id", "CPU implementer")
	set(&c.Model, "model name", "Model", "cpu", "Hardware")
	set(&c.Microcode, "microcode")
	num(&c.Family, "cpu family")
	num(&c.ModelID, "model")
	num(&c.Stepping, "stepping")
	if v, err := strconv.ParseInt(strings.TrimPrefix(info["CPU part"], "0x"), 16, 32); err == nil {
		c.ModelID = int(v)
	}
}

// fromTopology counts packages; a machine without the files has one.
func (c *CPU) fromTopology(root string) {
	packages := map[string]bool{}
	for _, f := range glob(root, "sys/devices/system/cpu/cpu[0-9]*/topology/physical_package_id") {
		if s := firstLine("", f); s != "" && s != "-1" {
			packages[s] = true
		}
	}
	c.Sockets = max(1, len(packages))
	if l3 := sharedCaches(root, "3"); l3 > 0 {
		c.L3Bytes = l3
	}
}

// siblings is the number of hardware threads a core.
func siblings(root string) int {
	list := firstLine(root, "sys/devices/system/cpu/cpu0/topology/thread_siblings_list")
	if list == "" {
		return max(1, cpuid.CPU.ThreadsPerCore)
	}
	return max(1, countList(list))
}

// countList counts the members of a kernel list such as "0-3,8".
func countList(list string) (n int) {
	for part := range strings.SplitSeq(list, ",") {
		lo, hi, ranged := strings.Cut(strings.TrimSpace(part), "-")
		a, err := strconv.Atoi(lo)
		if err != nil {
			continue
		}
		b := a
		if ranged {
			if b, err = strconv.Atoi(hi); err != nil {
				continue
			}
		}
		n += max(0, b-a+1)
	}
	return n
}

// sharedCaches sums the distinct caches of a level over all CPUs, in bytes.
func sharedCaches(root, level string) (bytes int) {
	seen := map[string]bool{}
	for _, dir := range glob(root, "sys/devices/system/cpu/cpu[0-9]*/cache/index[0-9]*") {
		if firstLine(dir, "level") != level {
			continue
		}
		shared := firstLine(dir, "shared_cpu_list")
		if shared == "" || seen[shared] {
			continue
		}
		seen[shared] = true
		bytes += cacheSize(firstLine(dir, "size"))
	}
	return bytes
}

// cacheSize reads "32768K" or "32M" in bytes; 0 for anything else.
func cacheSize(s string) int {
	unit := 1
	switch {
	case strings.HasSuffix(s, "K"):
		unit = 1 << 10
	case strings.HasSuffix(s, "M"):
		unit = 1 << 20
	}
	n, err := strconv.Atoi(strings.TrimRight(s, "KM"))
	if err != nil || n < 0 {
		return 0
	}
	return n * unit
}

// instructionSets names the extensions that decide which kernels can run.
func instructionSets() []string {
	names := []struct {
		id   cpuid.FeatureID
		name string
	}{
		{cpuid.AVX2, "AVX2"}, {cpuid.FMA3, "FMA"}, {cpuid.AVXVNNI, "AVX-VNNI"}, {cpuid.AVX512F, "AVX-512"},
		{cpuid.AVX512BF16, "AVX512-BF16"}, {cpuid.AVX512VNNI, "AVX512-VNNI"}, {cpuid.AVX512FP16, "AVX512-FP16"},
		{cpuid.AMXTILE, "AMX"}, {cpuid.ASIMD, "NEON"}, {cpuid.SVE, "SVE"},
	}
	var out []string
	for _, n := range names {
		if cpuid.CPU.Has(n.id) {
			out = append(out, n.name)
		}
	}
	return out
}
