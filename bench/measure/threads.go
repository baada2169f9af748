package measure

import (
	"fmt"

	"joulemark/bench/machine"
	"joulemark/results"
)

const (
	// busySlack is what a worker may take beyond its threads: the kernel counts in
	// ticks of 10 ms, and the worker's own goroutines take a little.
	busySlack = 0.25
	// idleShare is the least share of its threads that a large step keeps busy. A
	// library that ignores the number 2 and uses one thread shows 0.5.
	idleShare = 0.6
	// largeOps is a step whose iteration gives every thread work for long.
	largeOps = 1e9
)

// threadsReason says how a library kept to another number of threads than the run's,
// or "". A row of one thread that took two is about another machine.
func (s *step) threadsReason() string {
	if s.device.Kind != results.KindCPU {
		return ""
	}
	busy := machine.BusyThreads(s.before, s.after, s.elapsedS)
	if reason := threadsReason(s.run.plan.Threads, s.info.Threads, busy, s.workload.Ops(), s.elapsedS); reason != "" {
		return reason
	}
	return crowded(s.info.Threads, s.before.GroupCPUs)
}

// crowded says that a runner computes with more threads (0 = not said) than there are
// CPUs for it, as after one went offline between the worker's start and the window.
func crowded(said int, of machine.CPUSet) string {
	if n := of.Len(); n > 0 && said > n {
		return fmt.Sprintf("the runner uses %d threads, and the CPUs for it are only %s: leave its affinity and the CPUs online as they are, or ask for --threads %d", said, of.Any, n)
	}
	return ""
}

// threadsReason compares the threads asked for (0 = not said), those the runner says
// it uses (0 = not said) and those at work on average in a window of so many seconds.
func threadsReason(asked, said int, busy, ops, seconds float64) string {
	if asked > 0 && said > 0 && said != asked {
		return fmt.Sprintf("%d threads were asked for and the runner uses %d: the machine gives no more, or the library ignores the number", asked, said)
	}
	n := asked
	if n == 0 {
		n = said
	}
	switch {
	case n == 0:
		return ""
	case busy > float64(n)*1.1+busySlack:
		return fmt.Sprintf("the worker took the time of %.1f threads and was given %d: its library ignores the number", busy, n)
	case n > 1 && ops >= largeOps && seconds >= 1 && busy < idleShare*float64(n):
		return fmt.Sprintf("the worker kept %.1f of %d threads busy: its library ignores the number, or another program took the CPUs", busy, n)
	}
	return ""
}
