package engine

// A Step is one parallel part of an iteration: chunks 0…Chunks-1 may run at the
// same time and in any order. Do must not allocate; worker is 0…workers-1 and
// names the scratch memory that Do may use.
type Step struct {
	Name   string
	Chunks int // at least 1
	// Each gives chunk i to worker i, all at the same time, so that chunks may wait for
	// each other (a shared packing) and a worker finds again what it left in its cache.
	// Chunks is then at most the number of workers. Otherwise chunks are dealt out one
	// by one, so that a worker whose core is taken away for a while delays nobody by more
	// than one chunk.
	Each bool
	Do   func(worker, chunk int)
}
