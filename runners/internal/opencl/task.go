package opencl

import (
	"fmt"

	"joulemark/workloads"
)

// A Task is a workload with its operands on a device, ready to be repeated. It is
// used by one goroutine.
type Task struct {
	context *context
	flow    *flow
	steps   []step
	out     memory
	outType workloads.DType
	outputs int64
	kernel  string
	used    map[string]string // libraries that compute: name -> version
}

// A step is one thing that an iteration enqueues.
type step func(f *flow, set int) error

func launching(l *launch) step {
	return func(f *flow, set int) error { return f.launch(l, set) }
}

// Launch enqueues one iteration on the operands of a set and does not wait, as
// long as the device is not too far behind.
func (t *Task) Launch(set int) error {
	for _, s := range t.steps {
		if err := s(t.flow, set); err != nil {
			return err
		}
	}
	return nil
}

// Finish waits for everything that was launched.
func (t *Task) Finish() error { return t.flow.finish() }

// Values reads elements of the last iteration's output. Neighbours are read
// together.
func (t *Task) Values(points []int64) ([]float64, error) {
	values := make([]float64, 0, len(points))
	for len(points) > 0 {
		n := 1
		for n < len(points) && points[n] == points[0]+int64(n) {
			n++
		}
		if points[0] < 0 || points[n-1] >= t.outputs {
			return nil, fmt.Errorf("output elements %d…%d were asked for: there are 0…%d", points[0], points[n-1], t.outputs-1)
		}
		run, err := t.values(points[0], n)
		if err != nil {
			return nil, err
		}
		values, points = append(values, run...), points[n:]
	}
	return values, nil
}

func (t *Task) values(first int64, n int) ([]float64, error) {
	width := int64(t.outType.StoredBytes(1))
	bytes := make([]byte, int64(n)*width)
	if err := t.context.read(uintptr(t.out), first*width, bytes); err != nil {
		return nil, err
	}
	values := make([]float64, n)
	for i := range values {
		values[i] = workloads.FromBytes(t.outType, bytes, int64(i))
	}
	return values, nil
}

// Kernel says what runs.
func (t *Task) Kernel() string { return t.kernel }

// CompileS is what the driver's compiler took, in seconds.
func (t *Task) CompileS() float64 { return t.context.compileS }

// Libraries names what computes, with versions.
func (t *Task) Libraries() map[string]string { return t.used }

// Bytes is the device memory that the task holds.
func (t *Task) Bytes() int64 { return t.context.bytes }

// Close waits for what still runs and frees everything.
func (t *Task) Close() error {
	err := t.Finish()
	t.context.close()
	return err
}
