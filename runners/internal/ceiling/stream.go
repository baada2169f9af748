package ceiling

import (
	"fmt"
	"math"

	"joulemark/runners/internal/engine"
	"joulemark/workloads"
)

// grain is the elements that the loops do at once: eight vectors of 64 bytes.
const grain = 64

// A stream is a workload cut for its workers. Copies hold the arrays one after the
// other: one for each worker if the workload is private, else one.
type stream struct {
	workloads.Stream
	kernels
	workers int
	copies  int
	n       int // elements of an array
	a, b, c []float64
	sums    []uint64 // of read: one a worker, a cache line apart
}

func buildStream(a *engine.Arena, w workloads.Stream, k kernels, o engine.Options) (*engine.Program, error) {
	s := &stream{Stream: w, kernels: k, workers: o.Threads, copies: 1, n: w.Elements()}
	if w.Private() {
		s.workers = min(o.Threads, w.Passes)
		s.copies = s.workers
	}
	tensors := workloads.Tensors(w)
	operands := []engine.Operand{s.operand(a, tensors[0], o, &s.a)}
	if w.Kernel == workloads.StreamTriad {
		operands = append(operands, s.operand(a, tensors[1], o, &s.b))
	}
	if w.Kernel == workloads.StreamRead {
		s.sums = engine.Alloc[uint64](a, lineWords*s.workers)
	} else {
		s.c = engine.Alloc[float64](a, s.n*s.copies)
	}
	return &engine.Program{
		Kernel:   s.words(),
		Operands: operands,
		Steps:    []engine.Step{{Name: "stream", Chunks: s.workers, Each: true, Do: s.do()}},
		Outputs:  workloads.OutputLen(w),
		Value:    s.value,
	}, nil
}

const lineWords = 8

// partsBytes is a block whose quarters are read side by side where caches that a thread has to
// itself cannot hold the array. A prefetcher follows each sequence of lines no faster than its
// depth over the memory's latency, so that one alone is not the memory's rate. AVX2 on Zen 3, one
// and two threads, 256 MiB: 1.20 and 1.05 times the rate of one sequence; blocks of 128 KiB, 256 KiB
// and 1 MiB alike, two parts 0.97 of four; quarters of the whole array, where each has its own tables
// of pages, 0.93. Copies by stores through the caches gain as well (1.16, 1.07), triads little
// (1.10, 0.98), stores round the caches lose (0.55): they stay as STREAM has them. In L1 four parts
// are 0.86 of one.
const partsBytes = 512 << 10

// readBlocks reads block by block.
func (s *stream) readBlocks(a []float64, passes int) (sum uint64) {
	const block = partsBytes / 8
	for range passes {
		for rest := a; len(rest) > 0; {
			n := min(block, len(rest))
			sum += s.readParts(rest[:n])
			rest = rest[n:]
		}
	}
	return sum
}

// words describe what runs.
func (s *stream) words() string {
	text := string(s.Kernel) + " by " + s.vectors
	switch {
	case s.Kernel == workloads.StreamRead && !s.Private():
		text += fmt.Sprintf(", quarters of %d KiB side by side", partsBytes>>10)
	case s.NonTemporal && s.nonTemporal == "":
		text += ", stores like any other: there are no non-temporal ones"
	case s.NonTemporal:
		text += ", stores by " + s.nonTemporal
	}
	return text
}

// operand is a tensor in all copies, of which each is a unit or, where there is one
// alone, each piece.
func (s *stream) operand(a *engine.Arena, t workloads.Tensor, o engine.Options, data *[]float64) engine.Operand {
	if s.copies == 1 {
		return engine.Rotate(a, t, o.Seed, data, workloads.Tensor.FillF64)
	}
	n := s.n * s.copies
	all, stride := engine.AllocSets[float64](a, n), engine.Stride[float64](n)
	return engine.Operand{
		Units: s.copies,
		Fill: func(set, unit int) {
			t.FillF64(o.Seed, set, all[set*stride+unit*s.n:][:s.n], 0)
		},
		Use: func(set int) { *data = all[set*stride:][:n] },
	}
}

// part is what a worker has of the arrays, and how often it goes over it.
func (s *stream) part(worker int) (lo, hi, passes int) {
	share := func(n int) (int, int) { return n * worker / s.workers, n * (worker + 1) / s.workers }
	if s.Private() {
		first, last := share(s.Passes)
		return s.n * worker, s.n * (worker + 1), last - first
	}
	lo, hi = share(s.n / grain)
	return lo * grain, hi * grain, s.Passes
}

// do chooses the loop once.
func (s *stream) do() func(worker, _ int) {
	copyTo, triadTo := s.copyTo, s.triadTo
	if s.NonTemporal {
		copyTo, triadTo = s.copyPast, s.triadPast
	}
	switch s.Kernel {
	case workloads.StreamRead:
		read := s.read
		if !s.Private() {
			read = s.readBlocks
		}
		return func(worker, _ int) {
			lo, hi, passes := s.part(worker)
			s.sums[lineWords*worker] = read(s.a[lo:hi], passes)
		}
	case workloads.StreamCopy:
		return func(worker, _ int) {
			lo, hi, passes := s.part(worker)
			copyTo(s.c[lo:hi], s.a[lo:hi], passes)
		}
	}
	return func(worker, _ int) {
		lo, hi, passes := s.part(worker)
		triadTo(s.c[lo:hi], s.a[lo:hi], s.b[lo:hi], passes)
	}
}

// value is an output element; NaN where the workers' copies are not all the same.
func (s *stream) value(i int64) float64 {
	if s.Kernel == workloads.StreamRead {
		var sum uint64
		for w := range s.workers {
			sum += s.sums[lineWords*w]
		}
		return workloads.StreamQuarter(sum, i)
	}
	x := s.c[i]
	for copy := 1; copy < s.copies; copy++ {
		if s.c[int64(copy*s.n)+i] != x {
			return math.NaN()
		}
	}
	return x
}
