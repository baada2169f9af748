package runners

import (
	"errors"
	"fmt"
	"runtime"

	"joulemark/runners/internal/engine"
	"joulemark/runners/internal/isa"
	"joulemark/workloads"
)

func init() {
	Register(Entry{
		Name:       "cpu",
		Summary:    "the processor, by kernels of its instruction set (AVX-512, AVX2, NEON), else by plain Go",
		DeviceKind: "cpu",
		Open:       func(Setup) (Runner, error) { return cpuRunner{machine: thisMachine("/")}, nil },
	})
}

// cpuRunner computes on the processor.
type cpuRunner struct{ machine cpuMachine }

// Devices lists the one device there is: all processors together.
func (r cpuRunner) Devices() ([]Device, error) {
	return []Device{{ID: "cpu", Name: cpuName(), Kind: "cpu", Match: "cpu", MemoryBytes: r.machine.totalBytes}}, nil
}

// Prepare plans the memory before it takes any, makes the operands and measures
// how long an iteration takes.
func (r cpuRunner) Prepare(_ Device, w workloads.Workload, o Options) (Task, error) {
	set, err := isa.Choose(o.ISA)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	build, threads := r.build(w, set), cpuThreads(o.Threads)
	need, err := engine.Plan(build, threads)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	sets, err := r.sets(w, need)
	if err != nil {
		return nil, err
	}
	task, err := engine.New(build, engine.Options{Seed: o.Seed, Threads: threads, Sets: sets})
	switch {
	case errors.Is(err, engine.ErrMemory):
		return nil, fmt.Errorf("%w: %w", ErrUnsupported, err)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrFailed, err)
	}
	return &cpuTask{task, Info{
		Kernel:      task.Kernel,
		Libraries:   map[string]string{"go": runtime.Version()},
		ItersHint:   0.1 / task.IterationS(),
		Sets:        sets,
		MemoryBytes: task.Bytes(),
		Threads:     threads,
	}}, nil
}

// cpuTask is a task of the engine with its description.
type cpuTask struct {
	*engine.Task
	info Info
}

func (t *cpuTask) Info() Info { return t.info }
