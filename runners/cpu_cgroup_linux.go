package runners

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/procfs"
)

// A memoryFiles names the files of one generation of control groups.
type memoryFiles struct{ mount, limit, used, inactive string }

var (
	cgroup1 = memoryFiles{"sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"}
	cgroup2 = memoryFiles{"sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"}
)

// noLimit and above is how cgroup 1 writes that there is none.
const noLimit = 1 << 62

// cgroupMemory gives the tightest memory limit of this process's control group and
// its parents, and the least that is left of any. A container may see its own
// group as the root of the mount, so missing folders are passed over.
func cgroupMemory(root string) (limit, left int64, ok bool) {
	for _, g := range cgroups(root) {
		files := cgroup1
		if len(g.Controllers) == 0 && g.HierarchyID == 0 {
			files = cgroup2
		} else if !slices.Contains(g.Controllers, "memory") {
			continue
		}
		for path := filepath.Clean("/" + g.Path); ; path = filepath.Dir(path) {
			if l, rest, found := files.read(filepath.Join(root, files.mount, path)); found {
				if !ok || l < limit {
					limit = l
				}
				if !ok || rest < left {
					left = rest
				}
				ok = true
			}
			if path == "/" {
				break
			}
		}
	}
	return limit, left, ok
}

func cgroups(root string) []procfs.Cgroup {
	fs, err := procfs.NewFS(filepath.Join(root, "proc"))
	if err != nil {
		return nil
	}
	self, err := fs.Self()
	if err != nil {
		return nil
	}
	groups, _ := self.Cgroups()
	return groups
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

func readInt(path string) (int64, bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return n, err == nil
}
