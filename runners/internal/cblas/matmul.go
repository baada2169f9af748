package cblas

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"unsafe"

	"joulemark/workloads"
)

// Need is the memory of a product: of one operand set, and of what all sets share.
type Need struct{ SetBytes, RestBytes int64 }

// Plan refuses what the library cannot compute exactly as defined, and says what
// memory the rest needs besides what the library packs into.
func (l *Library) Plan(w workloads.Workload) (Need, error) {
	m, ok := w.(workloads.Matmul)
	if !ok {
		return Need{}, errors.New("a BLAS has products of matrices alone: choose the runner onednn or cpu")
	}
	if m.Sparsity != "" {
		return Need{}, fmt.Errorf("%s has no sparsity %s: leave it out", l.Name, m.Sparsity)
	}
	if m.Pack == workloads.PackPrepare {
		return Need{}, fmt.Errorf("%s packs at each call here: choose pack=call, or the runner onednn", l.Name)
	}
	how, err := l.method(m.Type)
	if err == nil && how.unsigned {
		err = l.exact(how)
	}
	need := Need{SetBytes: newOperands(m).setBytes, RestBytes: roundUp(outBytes(m))}
	if how.rounding != "" {
		need.RestBytes += roundUp(4 * int64(m.M) * int64(m.N))
	}
	return need, err
}

func outBytes(m workloads.Matmul) int64 {
	return int64(m.M) * int64(m.N) * int64(m.Type.Out().StoredBytes(1))
}

// Options are what a product depends on besides its workload.
type Options struct {
	Seed    uint64
	Sets    int
	Threads int // of Joulemark's own rounding, where the library has none
}

// A Matmul is a product with its operands in memory. One goroutine uses it.
type Matmul struct {
	call     call
	operands operands
	out      []byte
	outType  workloads.DType
	rounder  rounder // nil: the product is the result
	words    string
	pins     *runtime.Pinner
}

// New makes the operands of every set of a product that Plan has accepted.
func (l *Library) New(m workloads.Matmul, o Options) (*Matmul, error) {
	how, err := l.method(m.Type)
	if err != nil {
		return nil, err
	}
	t := l.allocate(m, how, o)
	if err := t.prepare(l, m, how, o); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	t.operands.fill(o.Seed, o.Sets, how.unsigned)
	return t, nil
}

// allocate takes the memory of the operands and the result.
func (l *Library) allocate(m workloads.Matmul, how method, o Options) *Matmul {
	t := &Matmul{operands: newOperands(m), outType: m.Type.Out(), words: l.String() + ": " + how.words(), pins: new(runtime.Pinner)}
	t.operands.bytes = aligned(t.pins, t.operands.setBytes*int64(o.Sets))
	t.out = aligned(t.pins, outBytes(m))
	return t
}

// prepare makes the call, and what rounds its sums where they are not the result.
func (t *Matmul) prepare(l *Library, m workloads.Matmul, how method, o Options) error {
	function, err := l.loaded.Symbol(l.prefix + how.function)
	if err != nil {
		return err
	}
	product := unsafe.Pointer(&t.out[0])
	if how.rounding != "" {
		n := m.M * m.N
		product = unsafe.Pointer(&aligned(t.pins, 4*int64(n))[0])
		t.rounder, err = l.newRounder(how, unsafe.Slice((*float32)(product), n), unsafe.Slice((*uint16)(unsafe.Pointer(&t.out[0])), n), o.Threads)
	}
	s := newScalars(t.pins, m.M, m.N, m.K, how.one)
	if how.unsigned {
		s.rightOffset = math.MinInt8
	}
	t.call = how.call(s, function, product)
	return err
}

// Launch multiplies the operands of a set; it has finished when it returns.
func (t *Matmul) Launch(set int) error {
	t.call.run(t.operands.at(set))
	if t.rounder != nil {
		t.rounder.round()
	}
	return nil
}

// Finish has nothing to wait for.
func (t *Matmul) Finish() error { return nil }

// Values returns elements of the last result by row-major index.
func (t *Matmul) Values(points []int64) ([]float64, error) {
	values := make([]float64, len(points))
	for i, p := range points {
		values[i] = workloads.FromBytes(t.outType, t.out, p)
	}
	return values, nil
}

// Kernel says in one line what runs.
func (t *Matmul) Kernel() string { return t.words }

// Close gives the memory back to the system at once: the next product's may not
// fit beside it, and the collector would not run before it is taken.
func (t *Matmul) Close() error {
	if t.rounder != nil {
		t.rounder.close()
	}
	t.pins.Unpin()
	*t = Matmul{pins: t.pins}
	debug.FreeOSMemory()
	return nil
}
