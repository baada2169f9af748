package runners

import (
	"bytes"
	"context"
	"math"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

var inf = math.Inf(1)

func TestBatch(t *testing.T) {
	test := func(iterNS float64, most int, wantNS float64, want int) {
		t.Helper()
		require.Equal(t, want, batch(iterNS, most, wantNS))
	}
	test(0, 100, 15e6, 1)
	test(1e6, 100, 15e6, 15)
	test(1e6, 4, 15e6, 4)
	test(1e6, 100, 1.1e6, 2)
	test(1e9, 100, 15e6, 1)
	test(1e6, 100, -5, 1)
	test(1, math.MaxInt, 15e6, 15_000_000)
}

// countingTask records what it was asked to run and takes no time to speak of.
type countingTask struct {
	fakeTask
	firsts, counts []int
}

func (c *countingTask) Run(_ context.Context, first, iters int) error {
	c.firsts, c.counts = append(c.firsts, first), append(c.counts, iters)
	return nil
}

// Each window counts from 0, leaves nothing out and repeats nothing.
func TestLoopCounts(t *testing.T) {
	test := func(minNS int64, minIters int) {
		t.Helper()
		task := &countingTask{}
		s := newSession(Entry{}, Setup{}, &bytes.Buffer{})
		s.task = task
		startNS, endNS, done, err := s.loop(minNS, minIters)
		require.NoError(t, err)
		require.GreaterOrEqual(t, endNS-startNS, max(1, minNS))
		require.GreaterOrEqual(t, done, minIters)
		next := 0
		for i := range task.firsts {
			require.Equal(t, next, task.firsts[i])
			require.Positive(t, task.counts[i])
			next += task.counts[i]
		}
		require.Equal(t, next, done)
	}
	test(0, 1)
	test(0, 1000)
	test(1e6, 1)
	test(1e6, 100000)
}

// clockTask takes a fixed time an iteration, on a clock of its own.
type clockTask struct {
	countingTask
	nowNS, iterNS int64
}

func (c *clockTask) Run(ctx context.Context, first, iters int) error {
	c.nowNS += int64(iters) * c.iterNS
	return c.countingTask.Run(ctx, first, iters)
}

// Batches grow to 15 ms and no further, a window overshoots by less than one
// iteration, and the next window begins with what was learned.
func TestLoopBatches(t *testing.T) {
	test := func(iterNS, minNS int64, minIters int, wantNS int64, maxBatches int) {
		t.Helper()
		task := &clockTask{iterNS: iterNS}
		s := newSession(Entry{}, Setup{}, &bytes.Buffer{})
		s.task, s.now = task, func() int64 { return task.nowNS }
		for range 2 {
			task.counts = nil
			startNS, endNS, done, err := s.loop(minNS, minIters)
			require.NoError(t, err)
			require.Equal(t, wantNS, endNS-startNS)
			require.Equal(t, wantNS/iterNS, int64(done))
			for _, n := range task.counts {
				require.Less(t, int64(n-1)*iterNS, int64(batchNS))
			}
		}
		require.LessOrEqual(t, len(task.counts), maxBatches, "%v", task.counts)
	}
	test(1_000, 1e9, 1, 1e9, 67)
	test(1_000, 1_000_500, 1, 1_001_000, 1)
	test(7_000_000, 100e6, 1, 105e6, 8)
	test(1e9, 100e6, 1, 1e9, 1)
	test(1_000, 0, 1, 1_000, 1)
	test(1_000, 0, 100_000, 100e6, 7)
	test(1_000_000, 50e6, 20, 50e6, 4)
}

func TestLoopEndsWithInput(t *testing.T) {
	s := newSession(Entry{}, Setup{}, &bytes.Buffer{})
	s.task = &countingTask{}
	s.cancel()
	_, _, _, err := s.loop(1, 1)
	require.ErrorIs(t, err, ErrFailed)
}

// From window to window the collector stays off; anything else turns it on.
func TestHushLastsOverWindows(t *testing.T) {
	s := newSession(Entry{}, Setup{}, &bytes.Buffer{})
	defer s.hush.end()
	s.task = &countingTask{}
	test := func(line string, want bool) {
		t.Helper()
		require.False(t, s.handle([]byte(line)))
		require.Equal(t, want, s.hush.on)
	}
	test(`{"type":"run","id":1}`, true)
	test(`{"type":"run","id":2}`, true)
	test(`{"type":"verify","id":3,"points":[]}`, false)
	test(`{"type":"run","id":4}`, true)
	test(`{"type":"devices","id":5}`, false)
}

func TestHushRestores(t *testing.T) {
	percent := debug.SetGCPercent(50)
	defer debug.SetGCPercent(percent)
	processors := runtime.GOMAXPROCS(3)
	defer runtime.GOMAXPROCS(processors)
	var h hush
	h.begin(2)
	h.begin(1)
	require.Equal(t, 2, runtime.GOMAXPROCS(0), "of the first window, whose task is the others' too")
	require.Equal(t, -1, debug.SetGCPercent(-1))
	require.Less(t, debug.SetMemoryLimit(-1), int64(math.MaxInt64), "memory stays bounded")
	h.end()
	h.end()
	require.Equal(t, 50, debug.SetGCPercent(50))
	require.Equal(t, int64(math.MaxInt64), debug.SetMemoryLimit(-1))
	require.Equal(t, 3, runtime.GOMAXPROCS(0))
	for _, threads := range []int{0, 3, 100} { // unknown, all, more than there are
		h.begin(threads)
		require.Equal(t, 3, runtime.GOMAXPROCS(0), threads)
		h.end()
	}
}
