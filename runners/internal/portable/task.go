package portable

import (
	"context"
	"errors"
	"fmt"

	"joulemark/workloads"
)

// ErrUnsupported is wrapped by the errors of Plan and New for what this package
// does not compute; the message says what it does.
var ErrUnsupported = errors.New("not computed in portable Go")

// Options are what a task depends on besides its workload.
type Options struct {
	Seed    uint64 // of the operands
	Threads int    // workers, at least 1
	Sets    int    // operand sets, at least 1
}

// A Need is the memory of a task in bytes, counted before any is taken.
type Need struct {
	SetBytes  int64 // each operand set
	RestBytes int64 // activations, output and scratch, whatever the number of sets
}

// Total is the memory of a task with so many sets.
func (n Need) Total(sets int) int64 { return n.SetBytes*int64(sets) + n.RestBytes }

// A Task is a workload with its operands, ready to be repeated. It is used by
// one goroutine at a time.
//
// Operands rotate from iteration to iteration, so that they come from memory;
// the output has one buffer, because what reads it next finds it as hot in life.
type Task struct {
	pool     *Pool
	sets     int
	need     Need
	operands []operand
	steps    []Step
	outputs  int64
	value    func(i int64) float64
	kernel   string
}

// Plan counts the memory that New will take.
func Plan(w workloads.Workload, threads int) (Need, error) {
	a := &arena{dry: true}
	if _, err := build(a, w, Options{Threads: max(threads, 1)}); err != nil {
		return Need{}, err
	}
	return Need{a.setBytes, a.restBytes}, nil
}

// New allocates a task and generates its operands. Close ends its goroutines.
func New(w workloads.Workload, o Options) (*Task, error) {
	o.Threads, o.Sets = max(o.Threads, 1), max(o.Sets, 1)
	a := &arena{sets: o.Sets}
	t, err := build(a, w, o)
	if err != nil {
		return nil, err
	}
	t.pool, t.sets, t.need = NewPool(o.Threads), o.Sets, Need{a.setBytes, a.restBytes}
	for _, op := range t.operands {
		fill := op.filling(t.sets)
		t.pool.Run(&fill)
	}
	t.use(0)
	return t, nil
}

func build(a *arena, w workloads.Workload, o Options) (*Task, error) {
	if err := workloads.Validate(w); err != nil {
		return nil, err
	}
	switch w := w.(type) {
	case workloads.Matmul:
		return buildMatmul(a, w.WithDefaults(), o)
	case workloads.Layer:
		return buildLayer(a, w.WithDefaults(), o)
	}
	return nil, fmt.Errorf("%w: %T; it does matmul and layer", ErrUnsupported, w)
}

// Run does iterations first…first+iters-1, iteration i on set i mod Sets. It
// looks at ctx between iterations and allocates nothing.
func (t *Task) Run(ctx context.Context, first, iters int) error {
	for i := first; i < first+iters; i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		t.use(i % t.sets)
		for s := range t.steps {
			t.pool.Run(&t.steps[s])
		}
	}
	return nil
}

func (t *Task) use(set int) {
	for _, op := range t.operands {
		op.use(set)
	}
}

// Values returns output elements of the last iteration by row-major index.
func (t *Task) Values(points []int64) ([]float64, error) {
	values := make([]float64, len(points))
	for i, p := range points {
		if p < 0 || p >= t.outputs {
			return nil, fmt.Errorf("output element %d was asked for: there are 0…%d", p, t.outputs-1)
		}
		values[i] = t.value(p)
	}
	return values, nil
}

// Sets is the number of operand sets.
func (t *Task) Sets() int { return t.sets }

// Bytes is the memory that the task holds.
func (t *Task) Bytes() int64 { return t.need.Total(t.sets) }

// Kernel says in words what runs.
func (t *Task) Kernel() string { return t.kernel }

// Close ends the workers and lets go of the memory.
func (t *Task) Close() error {
	t.pool.Close()
	*t = Task{pool: NewPool(1)}
	return nil
}
