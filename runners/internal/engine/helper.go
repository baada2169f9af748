package engine

import (
	"sync/atomic"
	"time"
)

// What a helper has been told. It goes from rest or asleep to work or leave by the
// caller's hand, and back to rest by its own.
const (
	rest   uint32 = iota // awake and looking
	asleep               // in need of wake
	work                 // there is a step
	leave                // the pool is closed
)

// A helper is a worker other than the caller, on cache lines of its own.
type helper struct {
	_    [line]byte
	told atomic.Uint32
	wake chan struct{}
	_    [line]byte
}

// tell is called by the caller of the pool, when the helper has ended its last step.
func (h *helper) tell(what uint32) {
	if h.told.Swap(what) == asleep {
		h.wake <- struct{}{}
	}
}

// work does the helper's part of every step until the pool is closed.
func (p *Pool) work(worker int, h *helper) {
	for h.next(p) == work {
		h.told.Store(rest) // before the caller can tell the next
		p.chunks(worker)
		p.end()
	}
}

// next waits for work or leave.
func (h *helper) next(p *Pool) uint32 {
	told := func() bool { return h.told.Load() >= work }
	if !(p.spins && p.spin(told)) && h.told.CompareAndSwap(rest, asleep) {
		<-h.wake
	}
	return h.told.Load()
}

// spin looks for up to spinFor, or patience, and reports whether it has seen it.
func (p *Pool) spin(seen func() bool) bool {
	for start := time.Now(); ; {
		for range 20 {
			if seen() {
				return true
			}
			pause()
		}
		if spun := time.Since(start); spun > patience || spun > spinFor && !p.follow.Load() {
			return false
		}
	}
}
