package portable

import (
	"sync"
	"sync/atomic"
)

// A Step is one parallel part of an iteration: chunks 0…Chunks-1 may run at the
// same time and in any order. Do must not allocate; worker is 0…workers-1 and
// names the scratch memory that Do may use.
type Step struct {
	Name   string
	Chunks int
	Do     func(worker, chunk int)
}

// A Pool is a fixed number of workers that sleep between steps. The caller's
// goroutine is worker 0. Chunks are dealt out one by one, so that a worker whose
// core is taken away for a while delays nobody by more than one chunk.
type Pool struct {
	workers int
	wake    []chan struct{}
	done    sync.WaitGroup
	step    *Step
	order   order
	limit   func() bool
	next    atomic.Int64
}

// NewPool starts workers-1 goroutines (workers >= 1). Close ends them.
func NewPool(workers int) *Pool {
	p := &Pool{workers: max(workers, 1)}
	for worker := 1; worker < p.workers; worker++ {
		wake := make(chan struct{}, 1)
		p.wake = append(p.wake, wake)
		go p.work(worker, wake)
	}
	return p
}

// Workers is the number of workers, the caller's goroutine included.
func (p *Pool) Workers() int { return p.workers }

// Close ends the goroutines; the pool must not be used afterwards.
func (p *Pool) Close() {
	for _, wake := range p.wake {
		close(wake)
	}
	p.wake = nil
}

// Run does every chunk of the step and returns when all are done.
func (p *Pool) Run(s *Step) { p.deal(s, inOrder(s.Chunks), nil) }

// deal hands out chunks in the given order until they run out or enough says so
// after a chunk (each worker does at least one where there are any left). It
// returns the number of chunks done.
func (p *Pool) deal(s *Step, o order, enough func() bool) int {
	p.step, p.order, p.limit = s, o, enough
	p.next.Store(0)
	helpers := min(len(p.wake), o.n-1)
	if helpers > 0 {
		p.done.Add(helpers)
		for _, wake := range p.wake[:helpers] {
			wake <- struct{}{}
		}
	}
	p.chunks(0)
	p.done.Wait()
	return min(int(p.next.Load()), o.n)
}

func (p *Pool) work(worker int, wake <-chan struct{}) {
	for range wake {
		p.chunks(worker)
		p.done.Done()
	}
}

func (p *Pool) chunks(worker int) {
	for p.limit == nil || p.next.Load() < int64(p.workers) || !p.limit() {
		i := int(p.next.Add(1)) - 1
		if i >= p.order.n {
			return
		}
		p.step.Do(worker, p.order.at(i))
	}
}

// An order is a permutation of 0…n-1: i -> i*stride mod n, stride coprime to n.
type order struct{ n, stride int }

func inOrder(n int) order { return order{n, 1} }

// spread visits chunks so that any prefix samples the whole range evenly (a
// stride near the golden section), because chunks of causal attention grow in
// cost and the first ones alone would say too little.
func spread(n int) order {
	stride := max(1, int(float64(n)*0.6180339887498949))
	for gcd(stride, n) != 1 {
		stride++
	}
	return order{n, stride}
}

func (o order) at(i int) int { return i * o.stride % o.n }

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
