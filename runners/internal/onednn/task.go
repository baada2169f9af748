package onednn

import (
	"fmt"
	"runtime"
	"strings"
	"unsafe"

	"joulemark/runners/internal/dl"
	"joulemark/workloads"
)

// A Task is a workload made ready: its primitives first, which say what memory they
// need, then Fill gives it operands. It is used by the library's goroutine.
type Task struct {
	graph
	output   *storage
	out      workloads.DType
	length   int64               // elements of the output
	arranged map[int]arrangement // tensors that are repacked in another order
	remarks  []string            // what Kernel says besides the products

	pins  runtime.Pinner
	steps [][]step // of each set
}

// A step is a call of dnnl_primitive_execute: primitive, stream, number of arguments
// and their address. It is made once, so that launching allocates nothing.
type step *[4]uintptr

// executeArgument is dnnl_exec_arg_t.
type executeArgument struct {
	number int32
	memory handle
}

// Prepare makes the primitives of a workload. Nothing large is allocated yet.
func (e *Engine) Prepare(w workloads.Workload) (*Task, error) {
	t := &Task{graph: graph{Engine: e, typeName: string(w.DType())}, out: w.DType().Out(), arranged: map[int]arrangement{}}
	switch w := w.(type) {
	case workloads.Matmul:
		t.matmul(w.WithDefaults())
	case workloads.Layer:
		t.layer(w.WithDefaults())
	default:
		t.refuse("%s", w.Name())
	}
	if t.err != nil {
		t.free()
		return nil, t.err
	}
	return t, nil
}

// refuse says that something is not done at all.
func (t *Task) refuse(format string, arguments ...any) {
	t.err = unsupported("oneDNN has no %s: choose another type or runner", fmt.Sprintf(format, arguments...))
}

// Kernel is what the library calls the matmuls that it runs, and what was done to
// the operands.
func (t *Task) Kernel() string {
	return strings.Join(append([]string{strings.Join(t.products, " ")}, t.remarks...), "; ")
}

// Fill allocates everything, makes the operands of all sets and repacks them.
func (t *Task) Fill(seed uint64, sets int) error {
	for _, s := range t.storages {
		if err := t.allocateStorage(s, sets); err != nil {
			return err
		}
	}
	if err := t.fillSets(seed, sets); err != nil {
		return err
	}
	return t.bind(sets)
}

func (t *Task) allocateStorage(s *storage, sets int) error {
	if s.operand == nil {
		sets = 1
	}
	for range sets {
		p, err := t.allocate(&t.scope, max(s.bytes, 1))
		if err != nil {
			return err
		}
		s.parts = append(s.parts, p)
	}
	if s.constant == nil {
		return nil
	}
	return t.mapped(s.parts[0], s.bytes, func(b []byte) {
		numbers := unsafe.Slice((*float32)(unsafe.Pointer(&b[0])), len(b)/4)
		for i := range numbers {
			numbers[i] = s.constant(int64(i))
		}
	})
}

// Launch begins an iteration on the operands of a set. It allocates nothing.
func (t *Task) Launch(set int) error {
	for _, s := range t.steps[set] {
		if status := int32(dl.Call(t.execute, s[:]...)); status != 0 {
			return t.check(status, "executing a primitive")
		}
	}
	return nil
}

// Values are elements of the output by row-major index.
func (t *Task) Values(points []int64) ([]float64, error) {
	for _, p := range points {
		if p < 0 || p >= t.length {
			return nil, fmt.Errorf("output element %d was asked for: there are 0…%d", p, t.length-1)
		}
	}
	values := make([]float64, len(points))
	err := t.mapped(t.output.parts[0], t.output.bytes, func(b []byte) {
		for i, p := range points {
			values[i] = workloads.FromBytes(t.out, b, p)
		}
	})
	return values, err
}

// Close frees everything.
func (t *Task) Close() error {
	err := t.Finish()
	t.free()
	t.pins.Unpin()
	t.steps, t.storages, t.nodes = nil, nil, nil
	return err
}
