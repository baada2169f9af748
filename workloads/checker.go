package workloads

import (
	"errors"
	"fmt"
	"math"
)

// ErrNotComputed says that this version has no reference for a workload, so that
// nothing can vouch for its results: layers in types other than fp32, tf32, fp16,
// bf16 and int8, training, sparsity and techniques.
var ErrNotComputed = errors.New("no reference for this workload")

// Computable returns nil where operands and reference of w are defined, else an
// ErrNotComputed that says what is missing.
func Computable(w Workload) error {
	if err := Validate(w); err != nil {
		return err
	}
	switch w := w.(type) {
	case Matmul:
		return notComputed(when(w.Sparsity != "", "sparsity %s: use dense operands", w.Sparsity))
	case Layer:
		return notComputed(
			when(!w.Type.InLayer(), "layer in %s: use fp32, tf32, fp16, bf16 or int8", w.Type),
			when(w.Phase == Train, "training: use prefill or decode"),
			when(w.Technique != "", "technique %s: leave it out", w.Technique),
		)
	}
	return nil
}

func notComputed(reasons ...error) error {
	if err := first(reasons...); err != nil {
		return fmt.Errorf("%w: %w", ErrNotComputed, err)
	}
	return nil
}

// A Checker compares output elements with a float64 reference computed from the
// same operands. It keeps the references of layers and streams, which are costly. Use it from
// one goroutine; it computes on all CPUs itself.
type Checker struct {
	seed   uint64
	layers map[layerKey]layerRows
	sums   map[sumKey]uint64 // of streams
}

// NewChecker returns a Checker for operands made from seed.
func NewChecker(seed uint64) *Checker {
	return &Checker{seed: seed, layers: map[layerKey]layerRows{}, sums: map[sumKey]uint64{}}
}

// fewestPoints is how many elements of a result are checked, of all but a layer.
const fewestPoints = 64

// Points returns the output elements to ask a runner for, as row-major indices,
// in no order that it could foresee without the nonce. All but a layer give 64 at
// random, with repetition, or all where there are no more than 64. A layer gives
// the whole rows (Hidden elements) of tokens 0, 17 and the last of one sequence,
// which the nonce chooses; where the reference would need more than 1e11
// operations for that, only tokens below 64.
func (c *Checker) Points(w Workload, nonce uint64) []int64 {
	k := newKey(nonce, 0, 0)
	switch w := w.(type) {
	case Layer:
		l := w.WithDefaults()
		return l.points(int(k.small(0, uint64(l.Batch))))
	}
	return someOf(k, OutputLen(w))
}

func someOf(k key, total int64) []int64 {
	points := make([]int64, min(total, fewestPoints))
	for i := range points {
		points[i] = int64(i)
		if total > fewestPoints {
			points[i] = int64(k.word(uint64(i)) % uint64(total))
		}
	}
	return points
}

func (l Layer) points(sequence int) []int64 {
	var points []int64
	for _, t := range l.checkedTokens() {
		from := (int64(sequence)*int64(l.Tokens) + int64(t)) * int64(l.Hidden)
		for h := range int64(l.Hidden) {
			points = append(points, from+h)
		}
	}
	return points
}

// Ratio returns the error found over the error allowed, so that at most 1 passes,
// for values[i] given as output element points[i] of w with operand set `set`.
//
// Matmul: the root mean square of error_i / bound_i, bound_i = 4 u sqrt(K)
// ||a∘b||2 with the u of the type's sums (2^-24 for most), plus half an ulp of a
// 16-bit result, in int4 also the rounding of weights. int8: 0 or +Inf. Layer: for
// each token the RMS error over its row, divided by 4 (tf32: 8; fp32: 32, more
// where sums are longer than 2048) times the RMS difference, over that whole row,
// between the float64 reference and the same reference with every stored tensor
// rounded to the declared type (tf32: every operand of a product); the largest of
// the tokens counts. Peak and stream: the root mean square of error / bound, the
// bound being the worst that rounding can do; 0 where nothing is rounded.
//
// A non-finite value, or another number of values than of points, gives +Inf. The
// error is ErrNotComputed, or says that points are not of w.
func (c *Checker) Ratio(w Workload, set int, points []int64, values []float64) (float64, error) {
	if err := Computable(w); err != nil {
		return 0, err
	}
	if err := checkPoints(w, points); err != nil {
		return 0, err
	}
	if len(values) != len(points) {
		return math.Inf(1), nil
	}
	switch w := w.(type) {
	case Matmul:
		return c.matmulRatio(w.WithDefaults(), set, points, values), nil
	case Layer:
		return c.layerRatio(w.WithDefaults(), set, points, values)
	case Peak:
		return c.peakRatio(w.WithDefaults(), set, points, values), nil
	case Stream:
		return c.streamRatio(w.WithDefaults(), set, points, values), nil
	}
	return 0, ErrNotComputed
}

func checkPoints(w Workload, points []int64) error {
	if len(points) == 0 {
		return fmt.Errorf("%s: no points to check: ask for what Points returns", w.Name())
	}
	n := OutputLen(w)
	for _, p := range points {
		if p < 0 || p >= n {
			return fmt.Errorf("%s: point %d is outside its %d output elements: ask for what Points returns", w.Name(), p, n)
		}
	}
	return nil
}

// OutputLen is the number of elements of w's output: M N, Batch Tokens Hidden, Chains,
// or Elements (four for a stream that reads).
func OutputLen(w Workload) int64 {
	switch w := w.(type) {
	case Matmul:
		return int64(w.M) * int64(w.N)
	case Layer:
		l := w.WithDefaults()
		return int64(l.Batch) * int64(l.Tokens) * int64(l.Hidden)
	case Peak:
		return int64(w.Chains())
	case Stream:
		return w.outputs()
	}
	return 0
}
