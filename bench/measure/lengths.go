package measure

import (
	"time"

	"joulemark/results/joules"
	"joulemark/workloads"
)

// lengths are how long the phases of a step last for one device, from the suite
// and from the slowest of the sensors that make its headline.
type lengths struct {
	window    time.Duration
	warmupMin time.Duration // a gauge that averages must have forgotten what was before
	warmupMax time.Duration
	tail      time.Duration // a gauge that averages still shows the window after it has ended
	chunk     time.Duration // of load in warm-up, between two looks at steadiness
	idle      time.Duration // 0 without meters
}

// steadyChunks is the fewest chunks of warm-up from which steadiness is judged.
const steadyChunks = 8

// partTime is how many times more updates a window needs where a sensor looks at a
// part of each period only (25 of 100 ms on A100 and H100): what the load does in the
// rest it has to meet by chance.
const partTime = 2

// lengthsFor: the window holds at least WindowUpdates updates of the slowest
// headline sensor; without one the suite's times alone hold. Counters need no
// tail: they are read at the boundaries themselves.
func lengthsFor(s workloads.Suite, headline []joules.Domain, anyMeter bool) lengths {
	l := lengths{window: seconds(s.WindowS), warmupMax: seconds(s.WarmupMaxS)}
	var slowest, updates time.Duration
	for _, d := range headline {
		slowest = max(slowest, d.Period)
		enough := time.Duration(s.WindowUpdates) * d.Period
		if d.SeenFraction > 0 && d.SeenFraction < 1 {
			enough *= partTime
		}
		updates = max(updates, enough)
		if d.Kind != joules.Counter {
			l.tail = max(l.tail, d.Window+d.Latency+d.Period)
		}
	}
	l.window = max(l.window, updates)
	l.warmupMin = l.tail
	l.warmupMax = max(l.warmupMax, l.warmupMin)
	l.chunk = min(time.Second, l.warmupMax/steadyChunks)
	if anyMeter {
		l.idle = min(max(seconds(s.IdleS), time.Duration(s.IdleUpdates)*slowest), seconds(s.IdleMaxS))
	}
	return l
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
