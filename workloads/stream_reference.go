package workloads

import (
	"math"
	"sync/atomic"
)

// StreamQuarter is output i = 0…3 of read: bits 16i…16i+15 of its sum, which is
// taken over all passes and threads and wraps at 64 bits. Sums of integers are the
// same in every order, and hold every bit of every element.
func StreamQuarter(sum uint64, i int64) float64 { return float64(sum >> (16 * i) & 0xffff) }

// streamRatio is the root mean square over the points of error / bound: the bound of
// triad is the rounding of its product and its sum, that of the others 0.
func (c *Checker) streamRatio(s Stream, set int, points []int64, values []float64) float64 {
	sum := 0.0
	for n, i := range points {
		value, bound := c.streamAt(s, set, i)
		sum += square(relative(values[n]-value, bound))
	}
	return finite(math.Sqrt(sum / float64(len(points))))
}

func (c *Checker) streamAt(s Stream, set int, i int64) (value, bound float64) {
	if s.Kernel == StreamRead {
		return StreamQuarter(c.patternSum(s, set)*uint64(s.Passes), i), 0
	}
	t := s.tensors()
	a := t[0].At(c.seed, set, uint64(i))
	if s.Kernel == StreamCopy {
		return a, 0
	}
	b := t[1].At(c.seed, set, uint64(i))
	value = math.FMA(StreamScale, b, a)
	return value, sumUnit[FP64] * (StreamScale*math.Abs(b) + math.Abs(value))
}

// A sumKey names the sum of a's patterns, which takes a moment for a large array.
type sumKey struct {
	elements, set int
	fill          Fill
}

// patternSum adds up the patterns of a, on all CPUs.
func (c *Checker) patternSum(s Stream, set int) uint64 {
	k := sumKey{s.Elements(), set, s.Fill}
	if sum, known := c.sums[k]; known {
		return sum
	}
	const chunk = 1 << 16
	var total atomic.Uint64
	a := s.tensors()[0]
	parallel((k.elements+chunk-1)/chunk, func(i int) {
		var sum uint64
		var buffer [piece]float64
		for lo, hi := i*chunk, min((i+1)*chunk, k.elements); lo < hi; lo += piece {
			part := buffer[:min(piece, hi-lo)]
			a.Values(c.seed, set, part, uint64(lo))
			for _, x := range part {
				sum += math.Float64bits(x)
			}
		}
		total.Add(sum)
	})
	c.sums[k] = total.Load()
	return total.Load()
}
