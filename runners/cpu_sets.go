package runners

import (
	"fmt"

	"joulemark/runners/internal/portable"
)

const (
	// leastSets: with one set, a runner that skips work would not be found out.
	leastSets = 2
	// mostSets bounds the bookkeeping of operands of a few bytes, whose loop costs
	// more than their memory does.
	mostSets = 1 << 20
	// unknownCacheBytes stands for a last-level cache of unknown size.
	unknownCacheBytes = 32 << 20
)

// operandSets is how many operand sets a task rotates over: enough to hold twice
// the last-level caches, at least two, at most what nine tenths of the free
// memory hold. freeBytes 0 is unknown.
func operandSets(need portable.Need, cacheBytes, freeBytes int64) (int, error) {
	if cacheBytes <= 0 {
		cacheBytes = unknownCacheBytes
	}
	sets := max(leastSets, (2*cacheBytes+need.SetBytes-1)/need.SetBytes)
	if freeBytes > 0 {
		usable := freeBytes - freeBytes/10
		if need.Total(leastSets) > usable {
			return 0, fmt.Errorf("%w: needs %s, %s free: take a smaller workload or a machine with more memory",
				ErrUnsupported, gibibytes(need.Total(leastSets)), gibibytes(usable))
		}
		sets = min(sets, (usable-need.RestBytes)/need.SetBytes)
	}
	return int(min(sets, mostSets)), nil
}

func gibibytes(n int64) string { return fmt.Sprintf("%.3g GiB", float64(n)/(1<<30)) }
