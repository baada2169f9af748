package portable

import (
	"errors"
	"fmt"

	"joulemark/runners/internal/engine"
	"joulemark/workloads"
)

// ErrUnsupported is wrapped by the errors of Plan and New for what this package
// does not compute; the message says what it does.
var ErrUnsupported = errors.New("not computed in portable Go")

// Plan counts the memory that New will take.
func Plan(w workloads.Workload, threads int) (engine.Need, error) {
	return engine.Plan(Builder(w), threads)
}

// New allocates a task and generates its operands. Close ends its workers.
func New(w workloads.Workload, o engine.Options) (*engine.Task, error) {
	return engine.New(Builder(w), o)
}

// Builder makes the program of a workload; its errors are those of Plan and New.
func Builder(w workloads.Workload) engine.Build {
	return func(a *engine.Arena, o engine.Options) (*engine.Program, error) {
		if err := workloads.Validate(w); err != nil {
			return nil, err
		}
		switch w := w.(type) {
		case workloads.Matmul:
			return buildMatmul(a, w.WithDefaults(), o)
		case workloads.Layer:
			return buildLayer(a, w.WithDefaults(), o)
		}
		return nil, fmt.Errorf("%w: %s; it does matmul and layer", ErrUnsupported, w.Name())
	}
}
