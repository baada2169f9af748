package engine

import (
	"runtime"
	"sync/atomic"
	"time"
)

const (
	// spinFor is how long a worker looks for the next step before it sleeps. After a
	// window nobody may be awake for a millisecond, since idle power must be idle.
	spinFor = 100 * time.Microsecond
	// patience is the same while steps follow each other (Pool.follow), and for the
	// caller, who waits for the end of the last worker's part. Parts differ by more than
	// 100 µs where a core has a neighbour, and waking a sleeper takes as much again. On
	// Zen 3, two workers, 1 ms in place of 100 µs: fp32 and fp64 packed at each call
	// n = 256...2048 1.00-1.21 times as fast (median of ten 1.016), packed before 0.96-1.03
	// (1.00), prefill fp32 1.04; 4 and 6.4 ms are as fast.
	patience = time.Millisecond
)

// A Pool is a fixed number of workers that last as long as it does. The caller's
// goroutine is worker 0. Between steps the others look for work for a moment, and
// then sleep.
type Pool struct {
	workers int
	spins   bool
	crew    []*helper
	woken   chan struct{} // the caller sleeps here

	step  *Step
	order order
	limit func() bool

	_        [line]byte // what follows is written by all
	next     atomic.Int64
	_        [line]byte
	pending  atomic.Int32 // helpers that have not ended the step
	sleeping atomic.Bool  // the caller
	follow   atomic.Bool  // the next step comes as soon as this one has ended
	_        [line]byte
}

// NewPool starts workers-1 goroutines (workers >= 1). Close ends them. More workers
// than can run at once never spin: each would hold up one that has work. Workers are
// not locked to threads of the system: with locks half a second of work took 0.98…1.17
// of the time without (each slice of the scheduler then ends in two switches of
// threads), and waking a sleeper 152…249 µs in place of 116…178.
func NewPool(workers int) *Pool {
	p := &Pool{workers: max(workers, 1), woken: make(chan struct{}, 1)}
	p.spins = p.workers <= min(runtime.GOMAXPROCS(0), runtime.NumCPU())
	for worker := 1; worker < p.workers; worker++ {
		h := &helper{wake: make(chan struct{}, 1)}
		p.crew = append(p.crew, h)
		go p.work(worker, h)
	}
	return p
}

// Workers is the number of workers, the caller's goroutine included.
func (p *Pool) Workers() int { return p.workers }

// Close ends the goroutines; the pool must not be used afterwards.
func (p *Pool) Close() {
	for _, h := range p.crew {
		h.tell(leave)
	}
	p.crew = nil
}

// Run does every chunk of the step and returns when all are done.
func (p *Pool) Run(s *Step) { p.deal(s, inOrder(s.Chunks), nil) }

// deal hands out chunks in the given order until they run out or enough says so
// after a chunk (each worker does at least one where there are any left). It
// returns the number of chunks done.
func (p *Pool) deal(s *Step, o order, enough func() bool) int {
	p.step, p.order, p.limit = s, o, enough
	p.next.Store(0)
	helpers := p.crew[:min(len(p.crew), o.n-1)]
	p.pending.Store(int32(len(helpers)))
	for _, h := range helpers {
		h.tell(work)
	}
	p.chunks(0)
	p.wait()
	return min(int(p.next.Load()), o.n)
}

// chunks does a worker's part of the step.
func (p *Pool) chunks(worker int) {
	if p.step.Each {
		p.step.Do(worker, worker)
		return
	}
	for p.limit == nil || p.next.Load() < int64(p.workers) || !p.limit() {
		i := int(p.next.Add(1)) - 1
		if i >= p.order.n {
			return
		}
		p.step.Do(worker, p.order.at(i))
	}
}

// wait returns when every helper has ended the step.
func (p *Pool) wait() {
	ended := func() bool { return p.pending.Load() == 0 }
	if ended() || p.spins && p.spin(ended) {
		return
	}
	for !ended() {
		p.sleeping.Swap(true) // before the look at pending, also where an emulator lets a plain store pass a load
		if ended() && p.sleeping.Swap(false) {
			return // nobody else has seen it, so nobody will wake us
		}
		<-p.woken
	}
}

// end is a helper's word that it has ended the step; the last one wakes the caller.
func (p *Pool) end() {
	if p.pending.Add(-1) == 0 && p.sleeping.Swap(false) {
		p.woken <- struct{}{}
	}
}
