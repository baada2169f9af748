package runners

import "fmt"

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
// memory hold. setBytes is the memory of one set, restBytes what is held whatever
// their number. cacheBytes and freeBytes of 0 are unknown.
func operandSets(setBytes, restBytes, cacheBytes, freeBytes int64) (int, error) {
	if cacheBytes <= 0 {
		cacheBytes = unknownCacheBytes
	}
	setBytes = max(setBytes, 1)
	sets := max(leastSets, (2*cacheBytes+setBytes-1)/setBytes)
	if freeBytes > 0 {
		usable := freeBytes - freeBytes/10
		if need := leastSets*setBytes + restBytes; need > usable {
			return 0, fmt.Errorf("%w: needs %s, %s free: take a smaller workload or a device with more memory", ErrUnsupported, gibibytes(need), gibibytes(usable))
		}
		sets = min(sets, (usable-restBytes)/setBytes)
	}
	return int(min(sets, mostSets)), nil
}

func gibibytes(n int64) string { return fmt.Sprintf("%.3g GiB", float64(n)/(1<<30)) }
