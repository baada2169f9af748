package engine

import (
	"context"
	"errors"
	"fmt"
)

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

// A Program is what a builder makes of a workload.
type Program struct {
	Kernel   string // what runs, in words
	Operands []Operand
	Steps    []Step
	Outputs  int64                 // elements of the output
	Value    func(i int64) float64 // output element by row-major index
}

// A Build makes a program in the memory of an arena. It must allocate the same
// whether the arena is dry or not; Options.Threads and Sets are at least 1.
type Build func(*Arena, Options) (*Program, error)

// A Task is a program with its operands, ready to be repeated. It is used by one
// goroutine at a time.
//
// Operands rotate from iteration to iteration, so that they come from memory; the
// output has one buffer, because what reads it next finds it as hot in life.
type Task struct {
	Program
	pool   *Pool
	sets   int
	need   Need
	memory memory
}

// Plan counts the memory that New will take.
func Plan(build Build, threads int) (Need, error) {
	a := &Arena{dry: true}
	if _, err := build(a, Options{Threads: max(threads, 1), Sets: 1}); err != nil {
		return Need{}, err
	}
	return Need{a.setBytes, a.restBytes}, nil
}

// New allocates a task and generates its operands; ErrMemory when there is not
// enough. Close ends its workers and frees its memory.
func New(build Build, o Options) (*Task, error) {
	o.Threads, o.Sets = max(o.Threads, 1), max(o.Sets, 1)
	need, err := Plan(build, o.Threads)
	if err != nil {
		return nil, err
	}
	m, err := takeMemory(need.Total(o.Sets))
	if err != nil {
		return nil, err
	}
	program, err := build(&Arena{block: m.block, sets: o.Sets}, o)
	if err != nil {
		return nil, errors.Join(err, m.free())
	}
	t := &Task{Program: *program, pool: NewPool(o.Threads), sets: o.Sets, need: need, memory: m}
	t.fill()
	return t, nil
}

// fill gives all operands their values, and the memory its pages by the workers.
func (t *Task) fill() {
	for _, op := range t.Operands {
		fill := op.filling(t.sets)
		t.pool.Run(&fill)
	}
	t.use(0)
}

// Run does iterations first…first+iters-1, iteration i on set i mod Sets. It looks at
// ctx between iterations and allocates nothing.
func (t *Task) Run(ctx context.Context, first, iters int) error {
	t.pool.follow.Store(true)
	defer t.pool.follow.Store(false)
	for i := first; i < first+iters; i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		t.use(i % t.sets)
		for s := range t.Steps {
			t.pool.Run(&t.Steps[s])
		}
	}
	return nil
}

func (t *Task) use(set int) {
	for _, op := range t.Operands {
		op.Use(set)
	}
}

// Values returns output elements of the last iteration by row-major index.
func (t *Task) Values(points []int64) ([]float64, error) {
	values := make([]float64, len(points))
	for i, p := range points {
		if p < 0 || p >= t.Outputs {
			return nil, fmt.Errorf("output element %d was asked for: there are 0…%d", p, t.Outputs-1)
		}
		values[i] = t.Value(p)
	}
	return values, nil
}

// Sets is the number of operand sets.
func (t *Task) Sets() int { return t.sets }

// Bytes is the memory that the task holds.
func (t *Task) Bytes() int64 { return t.need.Total(t.sets) }

// Close ends the workers and gives the memory back to the system at once. Slices of
// the task's memory must not be used afterwards.
func (t *Task) Close() error {
	m := t.memory
	t.pool.Close()
	*t = Task{pool: NewPool(1)} // what the steps hold can be collected
	return m.free()
}
