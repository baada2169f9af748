//go:build !linux

package machine

// affinity is 0: this system has no set of CPUs a process is bound to.
func affinity() int { return 0 }

// cpusOf is empty for the same reason.
func cpusOf(int) CPUSet { return CPUSet{} }
