package runners

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"joulemark/runners/internal/onednn"
	"joulemark/workloads"
)

// Prepare makes the primitives, which say how much memory they need, then plans it
// and fills it with operands.
func (r *oneDNNRunner) Prepare(d Device, w workloads.Workload, o Options) (Task, error) {
	var cacheBytes, freeBytes int64 // of a GPU unknown
	onCPU := d.Kind == "cpu"
	if onCPU {
		cacheBytes, freeBytes = r.machine.cacheBytes, r.machine.freeBytes()
	}
	if _, err := operandSets(storedBytes(w), 0, cacheBytes, freeBytes); err != nil {
		return nil, err // before scratch of that size is asked for
	}
	threads, err := r.settle(onCPU, o)
	if err != nil {
		return nil, oneDNNClass(err)
	}
	engine, err := r.engine(d)
	if err != nil {
		return nil, oneDNNClass(err)
	}
	task, err := engine.Prepare(w)
	if err != nil {
		return nil, oneDNNClass(err)
	}
	need := task.Need()
	sets, err := operandSets(need.SetBytes, need.RestBytes, cacheBytes, freeBytes)
	if err == nil {
		err = oneDNNClass(task.Fill(o.Seed, sets))
	}
	if err != nil {
		return nil, errors.Join(err, task.Close())
	}
	kernel := task.Kernel()
	if onCPU {
		kernel += "; " + r.lib.ISA()
	}
	return newLibraryTask(task, Info{
		Kernel: kernel, Libraries: map[string]string{"oneDNN": r.lib.Version}, Sets: sets, MemoryBytes: need.Total(sets), Threads: threads,
	})
}

// settle applies what holds for the whole library, and returns the threads that
// compute on the host.
func (r *oneDNNRunner) settle(onCPU bool, o Options) (threads int, err error) {
	if !onCPU && o.ISA != "" {
		return 0, fmt.Errorf("%w: a GPU has no instruction set to choose: leave --isa out", ErrUnsupported)
	}
	if !onCPU {
		return 0, nil
	}
	if err := r.lib.UseISA(o.ISA); err != nil {
		return 0, err
	}
	asked := cmp.Or(o.Threads, r.threads)
	return r.lib.UseThreads(cpuThreads(asked), asked > 0)
}

// engine opens the engine of a device once.
func (r *oneDNNRunner) engine(d Device) (*onednn.Engine, error) {
	if e, opened := r.engines[d.ID]; opened {
		return e, nil
	}
	open := r.lib.CPU
	if d.Kind != "cpu" {
		index, err := strconv.Atoi(strings.TrimPrefix(d.ID, "gpu:"))
		if err != nil {
			return nil, fmt.Errorf("%w: no device %q: ask for the list", ErrUnavailable, d.ID)
		}
		open = func() (*onednn.Engine, error) { return r.lib.GPU(index) }
	}
	e, err := open()
	if err == nil {
		r.engines[d.ID] = e
	}
	return e, err
}

// storedBytes is one set of operands as the generator makes them.
func storedBytes(w workloads.Workload) (bytes int64) {
	for _, t := range workloads.Tensors(w) {
		bytes += int64(t.Type.StoredBytes(t.Len()))
	}
	return bytes
}

// oneDNNClass gives an error of the binding its class.
func oneDNNClass(err error) error {
	var cannot onednn.Unsupported
	if errors.As(err, &cannot) {
		return fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	return failed(err)
}
