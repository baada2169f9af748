package runners

import (
	"cmp"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"joulemark/runners/internal/pjrt"
	"joulemark/runners/internal/stablehlo"
	"joulemark/workloads"
)

const (
	// mostInFlight launches wait for the device at once: enough that it never waits
	// for the host.
	mostInFlight = 32
	// leastBufferBytes is what a device gives to the smallest buffer: XLA's alignment on
	// GPUs.
	leastBufferBytes = 256
	// inFlightBytes is what their results and working memory may take: long launches
	// need few.
	inFlightBytes = 256 << 20
)

// Prepare compiles the program, plans the memory and uploads the operands.
func (r *pjrtRunner) Prepare(d Device, w workloads.Workload, o Options) (Task, error) {
	if o.ISA != "" {
		return nil, fmt.Errorf("%w: the pjrt runner cannot be held to instructions: leave out --isa", ErrUnsupported)
	}
	p, err := pjrtProgram(w)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	device := r.own(d.ID)
	started := time.Now()
	executable, err := r.client.Compile(p.Text, device, r.plugin.compilerFlags())
	if err != nil {
		return nil, pjrtFailure(err)
	}
	compileS := time.Since(started).Seconds()
	plan, err := r.plan(p, device, executable)
	if err != nil {
		_ = executable.Close() // the first error is told
		return nil, err
	}
	task, err := pjrt.NewTask(pjrt.Job{Executable: executable, Inputs: p.Inputs, Output: p.Output, OutputLen: elements(p.OutputShape), Donated: p.Donated,
		Seed: o.Seed, Sets: plan.sets, InFlight: plan.inFlight})
	debug.FreeOSMemory() // the operands' copies in Go's memory are done with
	if err != nil {
		return nil, pjrtFailure(err)
	}
	return newLibraryTask(pjrtComputation{task}, Info{Kernel: r.kernel(executable), Libraries: r.libraries(), Sets: plan.sets, MemoryBytes: plan.bytes, Threads: r.threads(), CompileS: compileS})
}

func pjrtProgram(w workloads.Workload) (stablehlo.Program, error) {
	switch w := w.(type) {
	case workloads.Matmul:
		return stablehlo.Matmul(w)
	case workloads.Layer:
		return stablehlo.Layer(w)
	}
	return stablehlo.Program{}, fmt.Errorf("%s: choose a matmul or a layer", w.Name())
}

// own is the plugin's device of an id that Devices has listed.
func (r *pjrtRunner) own(id string) *pjrt.Device {
	for _, d := range r.devices {
		if d.ID == id {
			return d.own
		}
	}
	return r.devices[0].own
}

// threads are those of the host's that compute: XLA's CPU plugin takes as many as its
// affinity allows, whatever it is asked for.
func (r *pjrtRunner) threads() int {
	if r.devices[0].Kind == "cpu" {
		return cpuThreads(0)
	}
	return 0
}

// kernel is what the compiler made of the program, in the names of the optimized
// program itself.
func (r *pjrtRunner) kernel(e *pjrt.Executable) string {
	kernels := cmp.Or(pjrt.Kernels(e.Optimized()), "kernels that the plugin does not name")
	return strings.TrimSpace(fmt.Sprintf("xla %s: %s", r.client.Version, kernels))
}

// A pjrtPlan is what a task takes of memory.
type pjrtPlan struct {
	sets, inFlight int
	bytes          int64
}

// plan decides on sets and launches in flight before any operand is made. Each launch
// in flight has its result and working memory; new contents of donated operands may
// need memory of their own.
func (r *pjrtRunner) plan(p stablehlo.Program, d *pjrt.Device, e *pjrt.Executable) (pjrtPlan, error) {
	var setBytes, largest, donated int64
	for _, t := range p.Inputs {
		bytes := max(int64(t.Type.StoredBytes(t.Len())), leastBufferBytes)
		setBytes, largest = setBytes+bytes, max(largest, bytes)
	}
	for _, i := range p.Donated {
		donated += int64(p.Inputs[i].Type.StoredBytes(p.Inputs[i].Len()))
	}
	output := int64(p.Output.StoredBytes(elements(p.OutputShape)))
	launch := max(output+e.TempBytes(), 1)
	inFlight := min(max(inFlightBytes/launch, 2), mostInFlight)
	rest, cacheBytes := inFlight*launch+donated, int64(0)
	if r.devices[0].Kind == "cpu" { // where operands are made and results looked at, too
		rest, cacheBytes = rest+largest+output, r.machine.cacheBytes
	}
	sets, err := operandSets(setBytes, rest, cacheBytes, r.freeBytes(d))
	return pjrtPlan{sets, int(inFlight), int64(sets)*setBytes + rest}, err
}

// freeBytes is what can be taken on a device; 0 where nobody says.
func (r *pjrtRunner) freeBytes(d *pjrt.Device) int64 {
	if r.devices[0].Kind == "cpu" {
		return r.machine.freeBytes()
	}
	limit, used := d.Memory()
	if limit == 0 {
		_, limit = pjrt.Locate(platformName(r.client.Platform), d.Ordinal)
	}
	return max(limit-used, 0)
}

func elements(shape []int) int {
	n := 1
	for _, s := range shape {
		n *= s
	}
	return n
}

// A pjrtComputation is a plugin's task whose errors say what to do.
type pjrtComputation struct{ *pjrt.Task }

func (c pjrtComputation) Launch(set int) error { return pjrtFailure(c.Task.Launch(set)) }
func (c pjrtComputation) Finish() error        { return pjrtFailure(c.Task.Finish()) }
func (c pjrtComputation) Close() error         { return pjrtFailure(c.Task.Close()) }
func (c pjrtComputation) Values(points []int64) ([]float64, error) {
	values, err := c.Task.Values(points)
	return values, pjrtFailure(err)
}

// pjrtFailure classes what a plugin said: what it has not implemented is unsupported,
// all else has failed.
func pjrtFailure(err error) error {
	said := (*pjrt.Error)(nil)
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &said):
		return failed(err)
	case said.Code == pjrt.Unimplemented:
		return fmt.Errorf("%w: %w: choose another type or workload, or update the plugin", ErrUnsupported, err)
	case said.Code == pjrt.InvalidArgument && strings.Contains(said.Message, "ALG_DOT_"): // XLA's CPU compiler, tf32 of one element
		return fmt.Errorf("%w: %w: choose another type or workload", ErrUnsupported, err)
	case said.Code == pjrt.ResourceExhausted:
		return fmt.Errorf("%w: %w: take a smaller workload or end what else uses the device", ErrFailed, err)
	case said.Code == pjrt.InvalidArgument && strings.HasPrefix(said.Message, "Unexpected PJRT_"):
		return fmt.Errorf("%w: %w: the plugin is newer than this program knows, take a newer release of it", ErrFailed, err)
	}
	return fmt.Errorf("%w: %w: see the plugin's own messages, update it or report it to its maker", ErrFailed, err)
}
