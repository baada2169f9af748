package measure

import (
	"fmt"
	"time"
)

// align gives every step of a crew the longest window and the longest chunks of
// warm-up that one of them needs: windows of two lengths are not one common window.
func (c crew) align() {
	var window, chunk time.Duration
	for _, s := range c {
		window, chunk = max(window, s.lengths.window), max(chunk, s.lengths.chunk)
	}
	for _, s := range c {
		s.lengths.window, s.lengths.chunk = window, chunk
	}
}

// chunk is what a step queues in warm-up. A chunk lasts longer than asked for by up to
// an iteration, so beside a card of long iterations the others get as much more: they
// would run dry while its chunk is waited for.
func (c crew) chunk(s *step) time.Duration { return s.lengths.chunk + c.iteration() - s.load.perIter }

// iteration is the longest of the crew's.
func (c crew) iteration() (longest time.Duration) {
	for _, s := range c {
		longest = max(longest, s.load.perIter)
	}
	return longest
}

// overlap is how far the windows of devices measured together may lie apart: they
// begin when the chunk of warm-up under way has ended, which overshoots by a batch
// or an iteration.
const overlap = 500 * time.Millisecond

// tail is what the slowest sensor needs and, where there are several devices, what
// keeps each under load until the last window has ended.
func (c crew) tail() (longest time.Duration) {
	for _, s := range c {
		longest = max(longest, s.lengths.tail)
	}
	if len(c) > 1 {
		longest += overlap + 2*c.iteration()
	}
	return longest
}

// groups are the process groups of the crew's workers, that of s first: none competes
// with another.
func (c crew) groups(s *step) []int {
	out := []int{s.keeper.worker.Group()}
	for _, other := range c {
		if other != s {
			out = append(out, other.keeper.worker.Group())
		}
	}
	return out
}

// covered says which device was not under load in the whole window of a step, or "".
func (c crew) covered(s *step) string {
	for _, other := range c {
		if other == s {
			continue
		}
		if other.load.first.StartNS > s.load.window.StartNS || other.load.last.EndNS < s.load.window.EndNS {
			return fmt.Sprintf("%s was not under load during the whole window of %s", other.device.ID, s.device.ID)
		}
		if idle, most := other.load.idle(s.load.window), min(pauseMax, s.lengths.window/4); idle > most {
			return fmt.Sprintf("%s was without load for %.3g s of the window of %s (at most %.3g s)", other.device.ID, idle.Seconds(), s.device.ID, most.Seconds())
		}
	}
	return ""
}
