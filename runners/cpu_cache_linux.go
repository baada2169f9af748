package runners

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"joulemark/runners/internal/gemm"
)

// sysCacheBytes adds up the last-level caches that the allowed CPUs reach. All of
// them count, not one: the chiplets of a server together hold operands that none
// could hold alone. 0 where the system does not tell.
func sysCacheBytes(root string, allowed func(cpu int) bool) int64 {
	caches, _ := filepath.Glob(filepath.Join(root, "sys/devices/system/cpu/cpu[0-9]*/cache/index[0-9]*"))
	last, total := int64(0), int64(0)
	counted := map[string]bool{}
	for _, dir := range caches {
		level, _ := readInt(filepath.Join(dir, "level"))
		size := readSize(filepath.Join(dir, "size"))
		if !allowed(cpuOf(dir)) || size == 0 || level < last {
			continue
		}
		if level > last {
			last, total = level, 0
			clear(counted)
		}
		if shared := sharedBy(dir); !counted[shared] {
			counted[shared] = true
			total += size
		}
	}
	return total
}

// sysCaches gives the caches that one core of the allowed CPUs reaches, an instance of
// each level; where cores differ the smallest of a level, since a block that fits into
// it fits everywhere. 0 where the system does not tell.
func sysCaches(root string, allowed func(cpu int) bool) gemm.Caches {
	var smallest [4]int64
	dirs, _ := filepath.Glob(filepath.Join(root, "sys/devices/system/cpu/cpu[0-9]*/cache/index[0-9]*"))
	for _, dir := range dirs {
		level, _ := readInt(filepath.Join(dir, "level"))
		size := readSize(filepath.Join(dir, "size"))
		if !allowed(cpuOf(dir)) || size == 0 || level < 1 || level > 3 || instructions(dir) {
			continue
		}
		if smallest[level] == 0 || size < smallest[level] {
			smallest[level] = size
		}
	}
	return gemm.Caches{L1Bytes: int(smallest[1]), L2Bytes: int(smallest[2]), L3Bytes: int(smallest[3])}
}

// instructions reports whether a cache holds nothing else.
func instructions(dir string) bool {
	kind, _ := os.ReadFile(filepath.Join(dir, "type"))
	return strings.TrimSpace(string(kind)) == "Instruction"
}

// cpuOf is the number of the CPU whose cache dir describes, -1 for none.
func cpuOf(dir string) int {
	cpu := -1
	_, _ = fmt.Sscanf(filepath.Base(filepath.Dir(filepath.Dir(dir))), "cpu%d", &cpu) // -1 stays
	return cpu
}

// sharedBy names a cache by the CPUs that share it, or by its folder.
func sharedBy(dir string) string {
	list, err := os.ReadFile(filepath.Join(dir, "shared_cpu_list"))
	if err != nil {
		return dir
	}
	return strings.TrimSpace(string(list))
}

// readSize reads a size as sysfs writes it, "32768K", in bytes; 0 if it cannot.
func readSize(path string) int64 {
	text, _ := os.ReadFile(path)
	digits, kibi := strings.CutSuffix(strings.TrimSpace(string(text)), "K")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	if kibi {
		n <<= 10
	}
	return n
}
