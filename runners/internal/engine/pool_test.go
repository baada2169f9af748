package engine

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

var threads = []int{1, 2, 3, 7}

func TestPoolDoesEveryChunkOnce(t *testing.T) {
	for _, workers := range threads {
		pool := NewPool(workers)
		for _, chunks := range []int{1, 2, 6, 7, 8, 1000} {
			for range 20 {
				done := make([]atomic.Int32, chunks)
				pool.Run(&Step{Chunks: chunks, Do: func(worker, chunk int) {
					if worker < 0 || worker >= workers {
						panic("no such worker")
					}
					done[chunk].Add(1)
				}})
				for c := range done {
					require.EqualValues(t, 1, done[c].Load(), "chunk %d of %d by %d workers", c, chunks, workers)
				}
			}
		}
		pool.Close()
	}
}

func TestWorkersNeverShareScratch(t *testing.T) {
	pool := NewPool(7)
	defer pool.Close()
	var busy [7]atomic.Int32
	var shared atomic.Bool
	pool.Run(&Step{Chunks: 5000, Do: func(worker, _ int) {
		if busy[worker].Add(1) != 1 {
			shared.Store(true)
		}
		busy[worker].Add(-1)
	}})
	require.False(t, shared.Load())
}

func TestSpreadIsAPermutation(t *testing.T) {
	for n := 1; n <= 300; n++ {
		seen := map[int]bool{}
		for i := range n {
			seen[spread(n).at(i)] = true
		}
		require.Len(t, seen, n)
	}
}

// A tenth of the chunks in spread order holds about a tenth of a cost that grows.
func TestSpreadSamplesEvenly(t *testing.T) {
	const n = 1000
	sum := 0
	for i := range n / 10 {
		sum += spread(n).at(i)
	}
	require.InEpsilon(t, (n-1)/2.0*n/10, sum, 0.05)
}

func TestSampleScalesUpWhatItDid(t *testing.T) {
	for _, workers := range threads {
		pool := NewPool(workers)
		var done atomic.Int64
		step := &Step{Chunks: 1000, Do: func(_, _ int) { done.Add(1) }}
		seconds := pool.sample(step, 0) // no time at all: a chunk or so a worker
		require.Positive(t, seconds)
		require.LessOrEqual(t, done.Load(), int64(2*workers))
		require.GreaterOrEqual(t, done.Load(), int64(1))
		pool.Close()
	}
}
