// Package runners is where work is computed: one file a stack, with the worker
// side and the conductor side of the line protocol that joins them
// (PROTOCOL.md). It knows workloads and nothing of power or results.
package runners

import (
	"context"
	"errors"

	"joulemark/workloads"
)

// Three errors are kept apart everywhere. All become rows or lines in `list`,
// and none stops other work. Wrap them with what is missing and how to get it.
var (
	// ErrUnavailable: not on this machine. The message ends with the remedy.
	ErrUnavailable = errors.New("unavailable")
	// ErrUnsupported: this stack cannot do this step, here or at all.
	ErrUnsupported = errors.New("unsupported")
	// ErrFailed: it should have worked and did not.
	ErrFailed = errors.New("failed")
)

// A Device is one thing that computes.
type Device struct {
	ID          string `json:"id"`                     // unique within the runner, stable between runs: "cpu", "cuda:0"
	Name        string `json:"name"`                   // as its maker writes it
	Kind        string `json:"kind"`                   // "cpu" or "accelerator"
	Match       string `json:"match,omitempty"`        // PCI address or UUID that ties it to a power domain; "cpu" for the CPU
	MemoryBytes int64  `json:"memory_bytes,omitempty"` // 0 = unknown
}

// Options are what a task depends on besides device and workload.
type Options struct {
	Seed    uint64 // of the operands
	Threads int    // compute threads; 0 = what affinity and cgroup give
	ISA     string // instruction set to force; "" = best
}

// A Runner drives one stack.
type Runner interface {
	// Devices lists what the stack can compute on; ErrUnavailable when nothing.
	Devices() ([]Device, error)
	// Prepare makes operands and everything that need not be timed;
	// ErrUnsupported for what the stack cannot do.
	Prepare(Device, workloads.Workload, Options) (Task, error)
}

// About is what a runner says of the stack it has loaded, for `list` and for the
// notes of a run. Every field may be empty.
type About struct {
	Path    string   `json:"path,omitempty"`    // where it was found
	Version string   `json:"version,omitempty"` // as the stack itself says
	Kernel  string   `json:"kernel,omitempty"`  // which kernels it has chosen for this machine
	Notes   []string `json:"notes,omitempty"`   // what the user should know, each a sentence that ends with the remedy
}

// A Describer is a Runner that can say more of its stack than its devices.
type Describer interface{ About() About }

// A Task is a workload made ready on a device.
type Task interface {
	// Run does iterations first…first+iters-1 and returns when the device has
	// finished. Iteration i works on operand set i mod Info().Sets.
	Run(ctx context.Context, first, iters int) error
	// Values returns output elements of the last iteration, for checking.
	Values(points []Point) ([]float64, error)
	// Info describes what was prepared.
	Info() Info
	Close() error
}

// A Point is the row-major index of one element of a workload's output tensor:
// i*N+j for a matmul, (b*Tokens+t)*Hidden+h for a layer.
type Point = int64

// Info is what a runner says of a prepared task.
type Info struct {
	Kernel      string            `json:"kernel"`              // the library's own word on what it runs
	Libraries   map[string]string `json:"libraries"`           // name -> version
	ItersHint   float64           `json:"iters_hint"`          // iterations expected in 100 ms; may be below 1
	Sets        int               `json:"sets"`                // operand sets that iterations rotate over, at least 1
	MemoryBytes int64             `json:"memory_bytes"`        // held by the task
	Threads     int               `json:"threads"`             // compute threads really used
	CompileS    float64           `json:"compile_s,omitempty"` // of prepare, spent in the stack's own compiler; 0 = none or not told
}
