package engine

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"

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

func TestEachChunkIsDoneByItsWorkerAtTheSameTime(t *testing.T) {
	for _, workers := range threads {
		pool := NewPool(workers)
		for n := 1; n <= workers; n++ {
			var here atomic.Int32
			var wrong atomic.Bool
			pool.Run(&Step{Chunks: n, Each: true, Do: func(worker, chunk int) {
				wrong.Store(wrong.Load() || worker != chunk)
				for here.Add(1); here.Load() < int32(n); {
					runtime.Gosched()
				}
			}})
			require.False(t, wrong.Load())
			require.EqualValues(t, n, here.Load())
		}
		pool.Close()
	}
}

// Pauses of every length around the time of spinning, between steps and in them, so
// that workers and caller are met looking, about to sleep and asleep.
func TestPoolAroundItsSleep(t *testing.T) {
	for _, workers := range threads {
		pool := NewPool(workers)
		for i := range 200 {
			var done atomic.Int32
			pause := time.Duration(i) * spinFor / 100
			pool.Run(&Step{Chunks: workers, Each: i%2 == 0, Do: func(worker, _ int) {
				if worker == i%workers {
					time.Sleep(pause)
				}
				done.Add(1)
			}})
			require.EqualValues(t, workers, done.Load())
			time.Sleep(pause)
		}
		pool.Close()
	}
}

// A window ends when Run returns; within a millisecond of it everybody sleeps.
func TestWorkersSleepAfterAStep(t *testing.T) {
	require.Less(t, spinFor, time.Millisecond/4)
	pool := NewPool(2)
	defer pool.Close()
	pool.Run(&Step{Chunks: 2, Each: true, Do: func(_, _ int) {}})
	require.Eventually(t, func() bool { return pool.crew[0].told.Load() == asleep }, time.Minute, time.Millisecond)
}

func TestMoreWorkersThanCPUsDoNotSpin(t *testing.T) {
	for workers := 1; workers <= runtime.NumCPU()+2; workers++ {
		pool := NewPool(workers)
		require.Equal(t, workers <= min(runtime.NumCPU(), runtime.GOMAXPROCS(0)), pool.spins, workers)
		pool.Close()
	}
}
