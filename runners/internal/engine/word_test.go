package engine

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// meetFor is how long two sides meet within a few instructions of falling asleep, some
// hundred thousand times: how long each takes depends on the system.
const meetFor = 2 * time.Second

// meet does rounds while other goes on beside them, and fails if one of the two sleeps
// for good.
func meet(t *testing.T, other func(), round func(i int)) {
	t.Helper()
	ended := make(chan struct{})
	go other()
	go func() {
		defer close(ended)
		start := time.Now()
		for i := 0; time.Since(start) < meetFor; i++ {
			round(i)
		}
	}()
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Fatal("a word was lost: everybody sleeps")
	}
}

// until looks for something that comes within a moment.
func until(seen func() bool) {
	for i := 1; !seen(); i++ {
		if i%1000 == 0 {
			runtime.Gosched() // there may be one CPU alone
		}
	}
}

// busy takes a few instructions more in each round, so that all of them meet.
func busy(i int) {
	for range i % 64 {
		pause()
	}
}

func TestNoEndIsLost(t *testing.T) {
	p := &Pool{woken: make(chan struct{}, 1)}
	var begun, over atomic.Int64
	other := func() {
		for i := int64(0); ; i++ {
			until(func() bool { return begun.Load() != i })
			if begun.Load() < 0 {
				return
			}
			p.end()
			over.Add(1)
		}
	}
	meet(t, other, func(i int) {
		until(func() bool { return over.Load() == int64(i) })
		p.pending.Store(1)
		begun.Add(1)
		busy(i)
		p.wait()
	})
	until(func() bool { return over.Load() == begun.Load() })
	begun.Store(-1)
}

func TestNoWorkIsLost(t *testing.T) {
	h := &helper{wake: make(chan struct{}, 1)}
	var done, told atomic.Int64
	other := func() {
		for h.next(&Pool{}) == work {
			h.told.Store(rest)
			done.Add(1)
		}
	}
	meet(t, other, func(i int) {
		until(func() bool { return done.Load() == int64(i) })
		busy(i)
		told.Add(1)
		h.tell(work)
	})
	until(func() bool { return done.Load() == told.Load() })
	h.tell(leave)
}
