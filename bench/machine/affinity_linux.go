package machine

import "golang.org/x/sys/unix"

// affinity is the number of CPUs this process may run on; 0 if unknown.
func affinity() int {
	var set unix.CPUSet
	if unix.SchedGetaffinity(0, &set) != nil {
		return 0
	}
	return set.Count()
}
