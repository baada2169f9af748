package runners

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A computation is what a binding makes of a workload on a device, operands and
// all: the part of a Task that differs between libraries. It is used by one
// goroutine.
type computation interface {
	// Launch begins one iteration on the operands of a set. It may return before
	// the device has finished.
	Launch(set int) error
	// Finish returns when everything launched has finished and its result is in
	// memory.
	Finish() error
	// Values returns elements of the output of the last iteration, by row-major
	// index. Called after Finish.
	Values(points []int64) ([]float64, error)
	// Close frees everything.
	Close() error
}

// A libraryTask makes a Task of a computation: rotation over the operand sets and
// the hint of how long an iteration takes.
type libraryTask struct {
	computation
	info Info
}

// newLibraryTask wraps a computation that has info.Sets operand sets. It runs it
// for a moment, to warm up what the library does at its first call and to fill
// Info.ItersHint. The computation is closed when this fails.
func newLibraryTask(c computation, info Info) (Task, error) {
	t := &libraryTask{c, info}
	iterS, err := t.iterationS()
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	t.info.ItersHint = 0.1 / iterS
	return t, nil
}

// calibration is how long a trial must take for its time to be the hint.
const calibration = 20 * time.Millisecond

// iterationS times iterations after a first one, which is not counted.
func (t *libraryTask) iterationS() (float64, error) {
	ctx := context.Background()
	if err := t.Run(ctx, 0, 1); err != nil {
		return 0, err
	}
	for n := 1; ; n *= 2 {
		start := time.Now()
		if err := t.Run(ctx, 1, n); err != nil {
			return 0, err
		}
		if d := time.Since(start); d >= calibration || n >= 1<<20 {
			return max(d.Seconds(), 1e-9) / float64(n), nil
		}
	}
}

// Run launches iterations first…first+iters-1, iteration i on set i mod Sets, and
// waits for the last.
func (t *libraryTask) Run(ctx context.Context, first, iters int) error {
	for i := first; i < first+iters; i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := t.Launch(i % t.info.Sets); err != nil {
			return failed(err)
		}
	}
	return failed(t.Finish())
}

func (t *libraryTask) Values(points []Point) ([]float64, error) {
	values, err := t.computation.Values(points)
	return values, failed(err)
}

func (t *libraryTask) Info() Info { return t.info }

// failed gives an error of a library the class that it has unless it says another.
func failed(err error) error {
	if err == nil || errors.Is(err, ErrUnsupported) || errors.Is(err, ErrUnavailable) || errors.Is(err, ErrFailed) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrFailed, err)
}
