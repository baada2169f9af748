package runners

import (
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/procfs"
)

// controlGroups yields the folders of this process's control group and its parents,
// of both generations, that a controller ("memory", "cpu") may have its files in. A
// container may see its own group as the root of the mount, so folders may be missing.
func controlGroups(root, controller string) iter.Seq2[int, string] {
	return func(yield func(generation int, dir string) bool) {
		for _, g := range cgroups(root) {
			generation, mount := 1, filepath.Join("sys/fs/cgroup", controller)
			if len(g.Controllers) == 0 && g.HierarchyID == 0 {
				generation, mount = 2, "sys/fs/cgroup"
			} else if !slices.Contains(g.Controllers, controller) {
				continue
			}
			for path := filepath.Clean("/" + g.Path); ; path = filepath.Dir(path) {
				if !yield(generation, filepath.Join(root, mount, path)) {
					return
				}
				if path == "/" {
					break
				}
			}
		}
	}
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

func readInt(path string) (int64, bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return n, err == nil
}
