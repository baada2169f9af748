package runners

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"joulemark/runners/internal/portable"
	"joulemark/workloads"
)

func init() {
	Register(Entry{
		Name:       "cpu",
		Summary:    "the processor, by portable Go: the reference and the fallback of every architecture",
		DeviceKind: "cpu",
		Open:       func(Setup) (Runner, error) { return cpuRunner{machine: thisMachine("/")}, nil },
	})
}

// portableISA is the one instruction set that Options.ISA may name here.
const portableISA = "portable"

// cpuRunner computes on the processor.
type cpuRunner struct{ machine cpuMachine }

// Devices lists the one device there is: all processors together.
func (r cpuRunner) Devices() ([]Device, error) {
	return []Device{{ID: "cpu", Name: cpuName(), Kind: "cpu", Match: "cpu", MemoryBytes: r.machine.totalBytes}}, nil
}

// Prepare plans the memory before it takes any, makes the operands and measures
// how long an iteration takes.
func (r cpuRunner) Prepare(_ Device, w workloads.Workload, o Options) (Task, error) {
	if o.ISA != "" && o.ISA != portableISA {
		return nil, fmt.Errorf("%w: the cpu runner has no instruction set %q: leave it out or use %q", ErrUnsupported, o.ISA, portableISA)
	}
	threads := cpuThreads(o.Threads)
	need, err := portable.Plan(w, threads)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	sets, err := operandSets(need.SetBytes, need.RestBytes, r.machine.cacheBytes, r.machine.freeBytes())
	if err != nil {
		return nil, err
	}
	task, err := portable.New(w, portable.Options{Seed: o.Seed, Threads: threads, Sets: sets})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFailed, err)
	}
	return &cpuTask{task, Info{
		Kernel:      task.Kernel(),
		Libraries:   map[string]string{"go": runtime.Version()},
		ItersHint:   0.1 / task.IterationS(),
		Sets:        sets,
		MemoryBytes: task.Bytes(),
		Threads:     threads,
	}}, nil
}

// cpuThreads is the number of threads that really compute: as many as asked for,
// at most as many as affinity and cgroup let run at once, which is what
// GOMAXPROCS starts as.
func cpuThreads(asked int) int {
	usable := runtime.GOMAXPROCS(0)
	if asked <= 0 {
		return usable
	}
	return min(asked, usable)
}

// cpuTask is a portable task with its description.
type cpuTask struct {
	*portable.Task
	info Info
}

func (t *cpuTask) Info() Info { return t.info }

// Close gives the memory back to the system at once, because the next task's may
// not fit beside it and the collector would not run before it is taken.
func (t *cpuTask) Close() error {
	err := t.Task.Close()
	debug.FreeOSMemory()
	return err
}
