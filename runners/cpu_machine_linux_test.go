package runners

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/gemm"
)

// tree writes files under a fresh root, with process 7 as /proc/self.
func tree(t *testing.T, files ...map[string]string) string {
	t.Helper()
	root := t.TempDir()
	all := map[string]string{"proc/7/stat": ""}
	for _, f := range files {
		maps.Copy(all, f)
	}
	for path, text := range all {
		require.NoError(t, os.MkdirAll(filepath.Join(root, filepath.Dir(path)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(root, path), []byte(text), 0o644))
	}
	require.NoError(t, os.Symlink("7", filepath.Join(root, "proc/self")))
	return root
}

func TestFreeMemory(t *testing.T) {
	meminfo := map[string]string{"proc/meminfo": "MemTotal: 1000 kB\nMemFree: 10 kB\nMemAvailable: 800 kB\n"}
	const kib = 1 << 10
	for name, c := range map[string]struct {
		files       map[string]string
		total, free int64
	}{
		"no control group": {nil, 1000 * kib, 800 * kib},
		"no limit": {map[string]string{"proc/7/cgroup": "0::/a\n", "sys/fs/cgroup/a/memory.max": "max\n", "sys/fs/cgroup/a/memory.current": "5\n"},
			1000 * kib, 800 * kib},
		"version 2": {map[string]string{"proc/7/cgroup": "0::/a/b\n",
			"sys/fs/cgroup/a/b/memory.max": "614400\n", "sys/fs/cgroup/a/b/memory.current": "204800\n", "sys/fs/cgroup/a/b/memory.stat": "anon 9\ninactive_file 102400\n"},
			600 * kib, 500 * kib},
		"a parent is tighter": {map[string]string{"proc/7/cgroup": "0::/a/b\n",
			"sys/fs/cgroup/a/b/memory.max": "614400\n", "sys/fs/cgroup/a/b/memory.current": "0\n",
			"sys/fs/cgroup/a/memory.max": "512000\n", "sys/fs/cgroup/a/memory.current": "409600\n"},
			500 * kib, 100 * kib},
		"a container's own mount": {map[string]string{"proc/7/cgroup": "0::/../x/y\n", "sys/fs/cgroup/memory.max": "102400\n", "sys/fs/cgroup/memory.current": "1024\n"},
			100 * kib, 99 * kib},
		"nothing left": {map[string]string{"proc/7/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "102400\n", "sys/fs/cgroup/memory.current": "102400\n"},
			100 * kib, 1},
		"version 1": {map[string]string{"proc/7/cgroup": "5:cpu:/c\n4:memory:/m\n",
			"sys/fs/cgroup/memory/m/memory.limit_in_bytes": "307200\n", "sys/fs/cgroup/memory/m/memory.usage_in_bytes": "204800\n", "sys/fs/cgroup/memory/m/memory.stat": "inactive_file 1\ntotal_inactive_file 51200\n",
			"sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n", "sys/fs/cgroup/memory/memory.usage_in_bytes": "204800\n"},
			300 * kib, 150 * kib},
	} {
		m := thisMachine(tree(t, meminfo, c.files))
		require.Equal(t, c.total, m.totalBytes, name)
		require.Equal(t, c.free, m.freeBytes(), name)
	}
	require.Zero(t, freeMemory(t.TempDir()), "nothing to read")
}

// cache writes one cache of one CPU.
func cache(cpu, index, level int, size, shared string) map[string]string {
	dir := fmt.Sprintf("sys/devices/system/cpu/cpu%d/cache/index%d/", cpu, index)
	return map[string]string{dir + "level": fmt.Sprintln(level), dir + "size": size + "\n", dir + "shared_cpu_list": shared + "\n"}
}

func TestSysCacheBytes(t *testing.T) {
	all := func(int) bool { return true }
	for name, c := range map[string]struct {
		files   []map[string]string
		allowed func(int) bool
		want    int64
	}{
		"nothing told":     {nil, all, 0},
		"one, shared":      {[]map[string]string{cache(0, 0, 1, "32K", "0"), cache(0, 3, 3, "32768K", "0-1"), cache(1, 3, 3, "32768K", "0-1")}, all, 32 << 20},
		"two chiplets":     {[]map[string]string{cache(0, 3, 3, "1024K", "0"), cache(1, 3, 3, "1024K", "1")}, all, 2 << 20},
		"one chiplet ours": {[]map[string]string{cache(0, 3, 3, "1024K", "0"), cache(1, 3, 3, "1024K", "1")}, func(cpu int) bool { return cpu == 1 }, 1 << 20},
		"level 2 is last":  {[]map[string]string{cache(0, 0, 1, "32K", "0"), cache(0, 1, 1, "64K", "0"), cache(0, 2, 2, "2048K", "0-3")}, all, 2 << 20},
		"levels unsorted":  {[]map[string]string{cache(0, 0, 3, "4096K", "0"), cache(0, 1, 2, "512K", "0")}, all, 4 << 20},
		"rubbish":          {[]map[string]string{cache(0, 0, 3, "-4K", "0"), cache(0, 1, 2, "x", "0")}, all, 0},
	} {
		require.Equal(t, c.want, sysCacheBytes(tree(t, c.files...), c.allowed), name)
	}
}

func TestThisMachineKnowsItself(t *testing.T) {
	m := thisMachine("/")
	require.Positive(t, m.totalBytes)
	require.Positive(t, m.freeBytes())
	require.LessOrEqual(t, m.freeBytes(), m.totalBytes)
}

func TestCGroupQuota(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  float64
	}{
		"no control group":   {nil, 0},
		"none":               {map[string]string{"proc/7/cgroup": "0::/a\n", "sys/fs/cgroup/a/cpu.max": "max 100000\n"}, 0},
		"half a CPU":         {map[string]string{"proc/7/cgroup": "0::/a\n", "sys/fs/cgroup/a/cpu.max": "50000 100000\n"}, 0.5},
		"a parent's":         {map[string]string{"proc/7/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/cpu.max": "400000 100000\n", "sys/fs/cgroup/a/cpu.max": "150000 100000\n"}, 1.5},
		"a container's own":  {map[string]string{"proc/7/cgroup": "0::/../x\n", "sys/fs/cgroup/cpu.max": "200000 100000\n"}, 2},
		"version 1":          {map[string]string{"proc/7/cgroup": "5:cpu,cpuacct:/c\n", "sys/fs/cgroup/cpu/c/cpu.cfs_quota_us": "25000\n", "sys/fs/cgroup/cpu/c/cpu.cfs_period_us": "50000\n"}, 0.5},
		"version 1, without": {map[string]string{"proc/7/cgroup": "5:cpu:/c\n", "sys/fs/cgroup/cpu/c/cpu.cfs_quota_us": "-1\n", "sys/fs/cgroup/cpu/c/cpu.cfs_period_us": "50000\n"}, 0},
		"rubbish":            {map[string]string{"proc/7/cgroup": "0::/a\n", "sys/fs/cgroup/a/cpu.max": "50000\n"}, 0},
	} {
		root := tree(t, c.files)
		require.InDelta(t, c.want, cgroupCPUs(root), 1e-12, name)
		if c.want == 0.5 {
			require.Equal(t, 1, threadsWithin(0, root), name)
		}
	}
}

func TestSysCaches(t *testing.T) {
	all := func(int) bool { return true }
	kind := func(cpu, index int, text string) map[string]string {
		return map[string]string{fmt.Sprintf("sys/devices/system/cpu/cpu%d/cache/index%d/type", cpu, index): text + "\n"}
	}
	hybrid := []map[string]string{
		cache(0, 0, 1, "48K", "0"), cache(0, 1, 1, "32K", "0"), kind(0, 1, "Instruction"), cache(0, 2, 2, "2048K", "0"), cache(0, 3, 3, "30720K", "0-1"),
		cache(1, 0, 1, "32K", "1"), cache(1, 1, 1, "64K", "1"), kind(1, 1, "Instruction"), cache(1, 2, 2, "1280K", "1"), cache(1, 3, 3, "30720K", "0-1"),
	}
	for name, c := range map[string]struct {
		files   []map[string]string
		allowed func(int) bool
		want    gemm.Caches
	}{
		"nothing told": {nil, all, gemm.Caches{}},
		"hybrid":       {hybrid, all, gemm.Caches{L1Bytes: 32 << 10, L2Bytes: 1280 << 10, L3Bytes: 30 << 20}},
		"large cores":  {hybrid, func(cpu int) bool { return cpu == 0 }, gemm.Caches{L1Bytes: 48 << 10, L2Bytes: 2 << 20, L3Bytes: 30 << 20}},
		"no level 3":   {[]map[string]string{cache(0, 0, 1, "32K", "0"), cache(0, 2, 2, "512K", "0-3")}, all, gemm.Caches{L1Bytes: 32 << 10, L2Bytes: 512 << 10}},
	} {
		require.Equal(t, c.want, sysCaches(tree(t, c.files...), c.allowed), name)
	}
	m := thisMachine("/")
	require.Positive(t, m.caches.L1Bytes)
}
