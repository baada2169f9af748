package workloads

import (
	"fmt"
	"strings"
)

// A StreamKernel is what a Stream does with its arrays of fp64.
type StreamKernel string

// The kernels, n being the elements of an array.
const (
	StreamRead  StreamKernel = "read"  // adds up all patterns of a as 64-bit integers, once a pass
	StreamCopy  StreamKernel = "copy"  // c[i] = a[i]
	StreamTriad StreamKernel = "triad" // c[i] = a[i] + 3 b[i]; McCalpin's STREAM
)

// Stream goes over arrays at the memory's rate, or a cache's: Passes times over
// arrays that together have Footprint bytes.
//
// Caches that a thread has to itself are measured by what fits there, so up to
// StreamPrivate bytes each thread has arrays of its own, all with the same values, and
// the threads share the passes. Above it the threads share the arrays, and each has its
// part of every pass.
type Stream struct {
	Kernel      StreamKernel `json:"kernel"`
	Footprint   int          `json:"footprint"`              // bytes of all arrays; see Elements
	Passes      int          `json:"passes"`                 // over the arrays in one iteration; 0 = StreamTraffic / Footprint, at least 1
	NonTemporal bool         `json:"non_temporal,omitempty"` // stores go round the caches
	Fill        Fill         `json:"fill"`
}

const (
	// StreamPrivate is the largest footprint that is each thread's own: what first and
	// second levels hold. Third levels and memory are shared.
	StreamPrivate = 1 << 20
	// StreamTraffic is the bytes that passes of an iteration add up to: milliseconds of
	// one core's first level, and still tens of microseconds of a hundred cores'.
	StreamTraffic = 1 << 30
	// StreamScale is the factor of triad.
	StreamScale = 3

	streamGrain = 64      // elements: arrays have a multiple of these, so that kernels have no rest
	leastStream = 4 << 10 // bytes
	mostStream  = 1 << 40
)

// Arrays is how many arrays the kernel has, c included.
func (k StreamKernel) Arrays() int {
	switch k {
	case StreamRead:
		return 1
	case StreamCopy:
		return 2
	}
	return 3
}

// Elements of each array: as many as fit into Footprint, in multiples of 64.
func (s Stream) Elements() int {
	return s.Footprint / (8 * s.Kernel.Arrays() * streamGrain) * streamGrain
}

// Private reports whether every thread has arrays of its own; see Stream.
func (s Stream) Private() bool { return s.Footprint <= StreamPrivate }

// WithDefaults fills in what s leaves open: passes and the uniform fill.
func (s Stream) WithDefaults() Stream {
	if s.Passes == 0 {
		s.Passes = s.usualPasses()
	}
	if s.Fill == "" {
		s.Fill = Uniform
	}
	return s
}

func (s Stream) usualPasses() int { return max(1, StreamTraffic/max(s.Footprint, 1)) }

// Name is "stream/<kernel>/bytes=…" with "/nt", "/passes=…" and "/fill=…" where they
// are not the default. Parse is its inverse.
func (s Stream) Name() string {
	s = s.WithDefaults()
	var b strings.Builder
	fmt.Fprintf(&b, "stream/%s/bytes=%d", s.Kernel, s.Footprint)
	if s.NonTemporal {
		b.WriteString("/nt")
	}
	appendPart(&b, "passes", fmt.Sprint(s.Passes), fmt.Sprint(s.usualPasses()))
	appendPart(&b, "fill", string(s.Fill), string(Uniform))
	return b.String()
}

// DType is fp64.
func (s Stream) DType() DType { return FP64 }

// Ops is the arithmetic of triad, 2 an element; read and copy have none, so that
// their rows have no throughput and a bandwidth alone.
func (s Stream) Ops() float64 {
	s = s.WithDefaults()
	if s.Kernel != StreamTriad {
		return 0
	}
	return 2 * float64(s.Elements()) * float64(s.Passes)
}

// Bytes is what the kernel names, each array once a pass. That a store may first
// read the line that it writes (write-allocate) is not counted, as in STREAM:
// non-temporal stores are there to show what that costs.
func (s Stream) Bytes() float64 {
	s = s.WithDefaults()
	return 8 * float64(s.Kernel.Arrays()) * float64(s.Elements()) * float64(s.Passes)
}

func (s Stream) validate() error {
	return first(
		oneOf("kernel", s.Kernel, StreamRead, StreamCopy, StreamTriad), checkFill(s.Fill),
		when(s.Footprint < leastStream || s.Footprint > mostStream, "bytes is %d: use %d…%d", s.Footprint, leastStream, mostStream),
		checkSize("passes", s.Passes),
		when(s.NonTemporal && s.Kernel == StreamRead, "read stores nothing: leave nt out"),
	)
}

// tensors: 0 a [n], and for triad 1 b [n], both fp64.
func (s Stream) tensors() []Tensor {
	shape := []int{s.Elements()}
	list := []Tensor{{Index: 0, Name: "a", Shape: shape, Type: FP64, Fill: s.Fill}}
	if s.Kernel == StreamTriad {
		list = append(list, Tensor{Index: 1, Name: "b", Shape: shape, Type: FP64, Fill: s.Fill})
	}
	return list
}

// outputs: the elements of c; of read the four quarters of its sum.
func (s Stream) outputs() int64 {
	if s.Kernel == StreamRead {
		return 4
	}
	return int64(s.Elements())
}
