package measure

import (
	"fmt"

	"joulemark/bench/machine"
	"joulemark/results"
)

// voidReason says why the machine's state forbids the use of a window, or "".
// The limit on other processes is the suite's; a throttle event of the CPU counts
// for CPU devices only.
func voidReason(before, after machine.State, seconds, maxCompeting float64, cpu bool) string {
	if cpu && after.ThrottleCount > before.ThrottleCount {
		return fmt.Sprintf("throttled: %.0f thermal throttle events of the CPU in the window", after.ThrottleCount-before.ThrottleCount)
	}
	if before.Affinity != after.Affinity {
		return fmt.Sprintf("the CPUs this process may use changed from %d to %d in the window", before.Affinity, after.Affinity)
	}
	if f := machine.CompetingFraction(before, after, seconds); f > maxCompeting {
		return fmt.Sprintf("other processes took %.0f %% of the CPUs (limit %.0f %%): stop them and run again", 100*f, 100*maxCompeting)
	}
	return ""
}

// moved says how the CPUs of the worker changed: a row of two CPUs, of which one went
// offline or was taken from it half-way, is about no machine.
func moved(before, after machine.CPUSet) string {
	if before.Any == "" || after.Any == "" || before == after {
		return ""
	}
	from, to := before.Any, after.Any
	if from == to {
		from, to = before.First, after.First
	}
	return fmt.Sprintf("the CPUs that the worker may use changed from %s to %s in the window: leave its affinity and the CPUs online as they are, and run again", from, to)
}

// throttled is what the CPU's throttle counters say of a window.
func throttled(before, after machine.State) results.Truth {
	switch {
	case after.ThrottleCount > before.ThrottleCount:
		return results.True
	case after.ThrottleCount == before.ThrottleCount: // false for NaN: nobody counted
		return results.False
	}
	return results.Unknown
}
