package machine

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// affinity is the number of CPUs this process may run on; 0 if unknown.
func affinity() int {
	var set unix.CPUSet
	if unix.SchedGetaffinity(0, &set) != nil {
		return 0
	}
	return set.Count()
}

// cpusOf is what a process may use. The kernel leaves out CPUs that are not online.
func cpusOf(pid int) CPUSet {
	var first, any unix.CPUSet
	if unix.SchedGetaffinity(pid, &first) != nil {
		return CPUSet{}
	}
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/[0-9]*", pid))
	for _, t := range threads {
		var set unix.CPUSet
		tid, _ := strconv.Atoi(filepath.Base(t))
		if tid == 0 || unix.SchedGetaffinity(tid, &set) != nil {
			continue // it has ended
		}
		for i := range set {
			any[i] |= set[i]
		}
	}
	return CPUSet{listed(first), listed(any)}
}

func listed(set unix.CPUSet) string {
	var list []string
	for cpu := range len(set) * 64 {
		if set.IsSet(cpu) {
			list = append(list, strconv.Itoa(cpu))
		}
	}
	return strings.Join(list, ",")
}
