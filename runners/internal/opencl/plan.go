package opencl

import (
	"fmt"
	"slices"

	"joulemark/workloads"
)

// Options are what a task depends on besides its workload.
type Options struct {
	Seed uint64 // of the operands
	Sets int    // operand sets, at least 1
}

// A Plan is a workload that was found to fit a device, with its kernels chosen.
type Plan struct {
	SetBytes  int64 // of each operand set
	RestBytes int64 // of what is held whatever the number of sets
	prepare   func(Options) (*Task, error)
	context   *context
}

// Prepare takes the memory, makes the operands and compiles. The plan is used up.
func (p *Plan) Prepare(o Options) (*Task, error) {
	t, err := p.prepare(o)
	if err != nil {
		p.context.close()
		return nil, err
	}
	return t, nil
}

// Close gives up a plan that is not prepared.
func (p *Plan) Close() { p.context.close() }

// Plan tunes the kernels for a workload and counts the memory that it needs. The
// error is ErrUnsupported for what is not computed here, or not on this device.
func (d *Device) Plan(w workloads.Workload) (*Plan, error) {
	if err := d.supports(w); err != nil {
		return nil, err
	}
	c, err := d.open()
	if err != nil {
		return nil, err
	}
	p, err := c.plan(w)
	if err != nil {
		c.close()
		return nil, err
	}
	return p, nil
}

func (c *context) plan(w workloads.Workload) (*Plan, error) {
	switch w := w.(type) {
	case workloads.Matmul:
		return c.planMatmul(w.WithDefaults())
	case workloads.Layer:
		return c.planLayer(w.WithDefaults())
	}
	return nil, fmt.Errorf("%w: %s: choose a matmul or a layer", ErrUnsupported, w.Name())
}

// matmulTypes and layerTypes are what the kernels compute.
var (
	matmulTypes = []workloads.DType{workloads.FP64, workloads.FP32, workloads.TF32, workloads.FP16, workloads.BF16, workloads.FP8E4M3, workloads.FP8E5M2, workloads.INT8, workloads.INT4}
	layerTypes  = []workloads.DType{workloads.FP32, workloads.TF32, workloads.FP16, workloads.BF16}
)

func (d *Device) supports(w workloads.Workload) error {
	switch w := w.(type) {
	case workloads.Matmul:
		return d.supportsMatmul(w)
	case workloads.Layer:
		return supportsLayer(w)
	}
	return nil
}

func (d *Device) supportsMatmul(m workloads.Matmul) error {
	switch {
	case m.Sparsity != "":
		return fmt.Errorf("%w: sparsity %s: choose dense operands", ErrUnsupported, m.Sparsity)
	case !slices.Contains(matmulTypes, m.Type):
		return fmt.Errorf("%w: matmul in %s: choose one of %v", ErrUnsupported, m.Type, matmulTypes)
	case m.Type == workloads.FP64 && !d.FP64:
		return fmt.Errorf("%w: %s has no fp64 (cl_khr_fp64): choose another type", ErrUnsupported, d.Name)
	}
	return nil
}

func supportsLayer(l workloads.Layer) error {
	switch {
	case l.Phase == workloads.Train:
		return fmt.Errorf("%w: training: choose prefill or decode", ErrUnsupported)
	case l.Technique != "":
		return fmt.Errorf("%w: technique %s: leave it out", ErrUnsupported, l.Technique)
	case !slices.Contains(layerTypes, l.Type):
		return fmt.Errorf("%w: layer in %s: choose one of %v", ErrUnsupported, l.Type, layerTypes)
	}
	return nil
}

// count adds up the memory of a task, and refuses an operand or a result that is
// larger than the device lets one buffer be.
func (c *context) count(operands []*operand, rest ...int64) (*Plan, error) {
	p := &Plan{context: c}
	largest := slices.Max(append(rest, 0))
	for _, o := range operands {
		p.SetBytes += o.setBytes()
		largest = max(largest, o.setBytes())
	}
	for _, r := range rest {
		p.RestBytes += r
	}
	if largest > c.MaxAllocBytes {
		return nil, fmt.Errorf("%w: needs a buffer of %.3g GiB and %s allows %.3g: take a smaller workload", ErrUnsupported,
			float64(largest)/(1<<30), c.Name, float64(c.MaxAllocBytes)/(1<<30))
	}
	return p, nil
}
