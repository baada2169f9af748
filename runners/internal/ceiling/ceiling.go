// Package ceiling computes what bounds every kernel on a machine: multiply-adds from
// registers (workloads.Peak) and reading, copying and triad of arrays in caches and in
// memory (workloads.Stream), each by the loop that does nothing else.
//
// Kernels are of one instruction set and in generated assembly, except those of plain
// Go. A type that the set has no multiply-add of its own for is unsupported: the
// widening sequences that matrix kernels then use are no ceiling of the machine.
package ceiling

import (
	"errors"
	"fmt"
	"slices"
	"unsafe"

	"joulemark/runners/internal/engine"
	"joulemark/runners/internal/isa"
	"joulemark/workloads"
)

//go:generate go run ./gen

// ErrUnsupported is wrapped by the errors of Builder for what this machine, or this
// package, has no kernel for; the message says what there is.
var ErrUnsupported = errors.New("no such ceiling here")

// Sets is how many operand sets a ceiling needs, and not more: what is measured in a
// cache must stay there, and what is measured in memory is larger than any cache.
// With one, skipped work would not be found out.
const Sets = 2

type ptr = unsafe.Pointer

// kernels are those of one instruction set.
type kernels struct {
	peak map[workloads.DType]peakKernel
	streams
}

// A peakKernel does steps on vectors x 64 bytes of sums, from start, into sums; a and
// b are 64 bytes.
type peakKernel struct {
	name    string // the instruction
	vectors int    // divides workloads.PeakTile
	offset  int    // what bytes of a have been raised by, to be unsigned
	run     func(sums, start, a, b ptr, steps int)
}

// streams take arrays of 64-byte alignment and a multiple of 64 elements, and go over
// them so many times.
type streams struct {
	read                 func(a []float64, passes int) uint64
	readParts            func(a []float64) uint64         // once, quarters of partsBytes side by side
	copyTo, copyPast     func(c, a []float64, passes int) // stores by way of the caches; round them
	triadTo, triadPast   func(c, a, b []float64, passes int)
	nonTemporal, vectors string // what copyPast stores by, "" where it is none; what all go by
}

// native holds the kernels of this architecture; a file of each set adds its own.
var native = map[string]func(isa.Set) kernels{}

// kernelsOf gives the kernels of a set, plain Go's where it has none.
func kernelsOf(set isa.Set) kernels {
	if of := native[set.Name]; of != nil {
		return of(set)
	}
	return plain()
}

// Is reports whether a workload is one of this package's.
func Is(w workloads.Workload) bool {
	switch w.(type) {
	case workloads.Peak, workloads.Stream:
		return true
	}
	return false
}

// Builder makes the program of a peak or a stream by the kernels of set. A peak that
// names an instruction set takes that one, if the processor has it and it is not above
// set, which --isa may have lowered.
func Builder(w workloads.Workload, set isa.Set) engine.Build {
	return func(a *engine.Arena, o engine.Options) (*engine.Program, error) {
		if err := workloads.Validate(w); err != nil {
			return nil, err
		}
		switch w := w.(type) {
		case workloads.Peak:
			return buildPeak(a, w.WithDefaults(), set, o)
		case workloads.Stream:
			return buildStream(a, w.WithDefaults(), kernelsOf(set), o)
		}
		return nil, fmt.Errorf("%w: %s: choose a peak or a stream", ErrUnsupported, w.Name())
	}
}

// lowered is the set of that name, set itself for "".
func lowered(set isa.Set, name string) (isa.Set, error) {
	sets := isa.Available()
	i := slices.IndexFunc(sets, func(s isa.Set) bool { return s.Name == set.Name })
	sets = append([]isa.Set{set}, sets[i+1:]...)
	if name == "" {
		return set, nil
	}
	var names []string
	for _, s := range sets {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return set, fmt.Errorf("%w: instruction set %s: this run has %v", ErrUnsupported, name, names)
}
