package pjrt

import (
	"errors"
	"fmt"

	"joulemark/workloads"
)

// A Job is what a task runs: a compiled program, what its arguments are and what
// comes out. Result 0 has the stored type Output and OutputLen elements; results 1…
// take the place of the arguments at Donated, in that order.
type Job struct {
	Executable *Executable
	Inputs     []workloads.Tensor
	Output     workloads.DType
	OutputLen  int
	Donated    []int
	Seed       uint64
	Sets       int
	InFlight   int // launches that may wait for the device at once
}

// A Task is a job with all its operands on the device. It implements what a
// runner's task needs of a binding.
type Task struct {
	Job
	launcher *launcher
	ring     []launched
	next     int     // place in the ring of the next launch
	last     uintptr // result of the last launch; owned by the ring
	host     []byte  // the last result here; nil = not fetched yet
}

// launched is a launch on its way or done: its event until awaited, its result until
// the place is taken again.
type launched struct{ event, result uintptr }

// NewTask uploads the operands of all sets. The executable is closed with the task,
// and also where this fails.
func NewTask(j Job) (*Task, error) {
	t := &Task{Job: j, ring: make([]launched, max(j.InFlight, 1)), launcher: newLauncher(j.Executable, j.Sets, len(j.Inputs), j.Donated)}
	if want := 1 + len(j.Donated); j.Executable.Outputs != want {
		_ = t.Close() // the first error is told
		return nil, fmt.Errorf("the plugin's program has %d results in place of %d: update the plugin", j.Executable.Outputs, want)
	}
	for set := range j.Sets {
		if err := t.upload(set); err != nil {
			_ = t.Close() // the first error is told
			return nil, err
		}
	}
	return t, nil
}

func (t *Task) upload(set int) error {
	for i, tensor := range t.Inputs {
		buffer, err := t.Executable.device.upload(tensor.Type, tensor.Shape, tensor.Stored(t.Seed, set))
		if err != nil {
			return err
		}
		t.launcher.set(set)[i] = buffer
	}
	return nil
}

// Launch enqueues one iteration. Where the ring is full it waits for the oldest: a
// plugin takes launches until the device's memory is full of their results.
func (t *Task) Launch(set int) error {
	place := &t.ring[t.next]
	if err := t.retire(place); err != nil {
		return err
	}
	t.last, t.host = 0, nil
	event, err := t.launcher.launch(set)
	if err != nil {
		return err
	}
	*place = launched{event, t.launcher.outs[0]}
	t.last = place.result
	t.next = (t.next + 1) % len(t.ring)
	return t.exchange(set)
}

// exchange puts the new contents of donated arguments into the set for its next
// iteration. The old buffers are husks that still must be destroyed.
func (t *Task) exchange(set int) (err error) {
	args := t.launcher.set(set)
	for i, at := range t.Donated {
		if e := t.launcher.free(args[at]); err == nil {
			err = e
		}
		args[at] = t.launcher.outs[1+i]
	}
	return err
}

// retire waits for a launch and frees its result.
func (t *Task) retire(l *launched) error {
	err := t.launcher.await(l.event)
	if e := t.launcher.free(l.result); err == nil {
		err = e
	}
	*l = launched{}
	return err
}

// Finish waits for every launch. Results but the last are freed.
func (t *Task) Finish() (err error) {
	for i := range t.ring {
		l := &t.ring[(t.next+i)%len(t.ring)]
		if l.result != t.last {
			err = firstOf(err, t.retire(l))
			continue
		}
		err = firstOf(err, t.launcher.await(l.event))
		l.event = 0
	}
	return err
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// Values fetches the result of the last launch once and picks elements of it.
func (t *Task) Values(points []int64) ([]float64, error) {
	if t.last == 0 {
		return nil, errors.New("nothing has run: launch before asking for values")
	}
	if t.host == nil {
		host := make([]byte, t.Output.StoredBytes(t.OutputLen))
		if err := t.Executable.client.download(t.last, host); err != nil {
			return nil, err
		}
		t.host = host
	}
	values := make([]float64, len(points))
	for i, p := range points {
		values[i] = workloads.FromBytes(t.Output, t.host, p)
	}
	return values, nil
}

// Close waits for what runs and frees everything on the device.
func (t *Task) Close() error {
	err := t.Finish()
	for i := range t.ring {
		err = firstOf(err, t.retire(&t.ring[i]))
	}
	for i, buffer := range t.launcher.args {
		err = firstOf(err, t.launcher.free(buffer))
		t.launcher.args[i] = 0
	}
	t.last, t.host = 0, nil
	err = firstOf(err, t.Executable.Close())
	t.launcher.pin.Unpin()
	return err
}
