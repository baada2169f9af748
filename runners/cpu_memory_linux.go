package runners

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// A memoryFiles names the files of one generation of control groups.
type memoryFiles struct{ limit, used, inactive string }

var memoryFilesOf = map[int]memoryFiles{
	1: {"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"},
	2: {"memory.max", "memory.current", "inactive_file"},
}

// noLimit and above is how cgroup 1 writes that there is none.
const noLimit = 1 << 62

// cgroupMemory gives the tightest memory limit of this process's control group and
// its parents, and the least that is left of any.
func cgroupMemory(root string) (limit, left int64, ok bool) {
	for generation, dir := range controlGroups(root, "memory") {
		l, rest, found := memoryFilesOf[generation].read(dir)
		if !found {
			continue
		}
		if !ok || l < limit {
			limit = l
		}
		if !ok || rest < left {
			left = rest
		}
		ok = true
	}
	return limit, left, ok
}

// read gives one group's limit and what is left of it. Page cache that was not
// used lately counts as left, because the kernel takes it back first.
func (f memoryFiles) read(dir string) (limit, left int64, ok bool) {
	limit, ok = readInt(filepath.Join(dir, f.limit)) // "max" is no number
	used, found := readInt(filepath.Join(dir, f.used))
	if !ok || !found || limit >= noLimit {
		return 0, 0, false
	}
	return limit, max(1, min(limit, limit-used+f.inactiveBytes(dir))), true
}

func (f memoryFiles) inactiveBytes(dir string) int64 {
	stat, _ := os.ReadFile(filepath.Join(dir, "memory.stat"))
	for line := range strings.Lines(string(stat)) {
		if value, ok := strings.CutPrefix(line, f.inactive+" "); ok {
			n, _ := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
			return n
		}
	}
	return 0
}
