package opencl

import (
	"fmt"
	"slices"

	"joulemark/workloads"
)

// A matmul is C = A B with its operands laid out for what computes it.
type matmul struct {
	workloads.Matmul
	*context
	variant     variant
	blas        *clblast // nil: the variant computes
	a, b, scale *operand // scale of int4 alone
	outBytes    int64
}

// planMatmul tunes C = A B.
func (c *context) planMatmul(w workloads.Matmul) (*Plan, error) {
	m := &matmul{Matmul: w, context: c}
	own, err := c.tune(w.Type, m.shape())
	if err != nil {
		return nil, err
	}
	if err := m.choose(own); err != nil {
		return nil, err
	}
	m.a, m.b, m.scale = matmulOperands(w, m.variant)
	m.outBytes = int64(w.M) * int64(w.N) * int64(w.Type.Out().StoredBytes(1))
	p, err := c.count(m.operands(), m.outBytes)
	if err != nil {
		return nil, err
	}
	p.prepare = m.prepare
	return p, nil
}

// choose settles what computes, and thus how B lies: the tuned kernel, or CLBlast,
// which reads it row-major.
func (m *matmul) choose(own choice) error {
	panels := own.variant.panel() > 0
	if m.Pack == workloads.PackPrepare && !panels {
		return fmt.Errorf("%w: pack=prepare: the kernels for %s read B row-major, so choose pack=call", ErrUnsupported, m.context.Name)
	}
	if m.Pack != workloads.PackPrepare {
		m.blas = m.blasFor(m.Type, m.shape(), own)
	}
	if m.blas != nil {
		return nil
	}
	if m.Pack == workloads.PackCall && panels {
		return fmt.Errorf("%w: pack=call: the kernels for %s read B from panels packed before, so choose pack=prepare", ErrUnsupported, m.context.Name)
	}
	m.variant = own.variant
	return nil
}

func (m *matmul) shape() shape { return shape{m.M, m.N, m.K} }

// matmulOperands lays out A, B for the variant and, of int4 alone, B's scales.
func matmulOperands(m workloads.Matmul, v variant) (a, b, scale *operand) {
	tensors := workloads.Tensors(m)
	a, b = newOperand(tensors[0], 0), newOperand(tensors[1], v.panel())
	if len(tensors) > 2 {
		scale = newOperand(tensors[2], v.panel())
	}
	return a, b, scale
}

func (m *matmul) operands() []*operand {
	return slices.DeleteFunc([]*operand{m.a, m.b, m.scale}, func(o *operand) bool { return o == nil })
}

func (c *context) upload(operands []*operand, o Options) error {
	for _, operand := range operands {
		if err := operand.upload(c, o.Seed, o.Sets); err != nil {
			return err
		}
	}
	return nil
}

func (m *matmul) prepare(o Options) (*Task, error) {
	if err := m.upload(m.operands(), o); err != nil {
		return nil, err
	}
	out, err := m.buffer(m.outBytes)
	if err != nil {
		return nil, err
	}
	one, err := m.step(memory(out))
	if err != nil {
		return nil, err
	}
	kernel, libraries := m.title()
	return &Task{
		context: m.context, flow: newFlow(m.context), steps: []step{one}, out: memory(out), kernel: kernel, used: libraries,
		outType: m.Type.Out(), outputs: int64(m.M) * int64(m.N),
	}, nil
}

func (m *matmul) step(out memory) (step, error) {
	if m.blas != nil {
		return m.gemm(m.blas, m.Type, m.shape(), m.a, m.b, out), nil
	}
	l, err := m.product(m.Type, m.variant, m.shape(), m.a, m.b, out, epilogue{scale: m.scale})
	return launching(l), err
}

func (m *matmul) title() (kernel string, libraries map[string]string) {
	switch {
	case m.blas != nil:
		libraries := m.libraries()
		libraries["clblast"] = m.blas.version
		return m.compiled("CLBlast " + m.blas.version), libraries
	case m.Type == workloads.INT4:
		return m.context.title(m.variant, m.variant.String()+" with int4 one a byte"), m.libraries()
	}
	return m.context.title(m.variant, m.variant.String()), m.libraries()
}

// title names a kernel of ours, what was repacked, and what compiled it.
func (c *context) title(v variant, kernel string) string {
	if v.panel() > 0 {
		kernel += fmt.Sprintf(", weights packed in panels of %d columns", v.panel())
	}
	return c.compiled("joulemark " + kernel)
}

func (c *context) compiled(kernel string) string {
	return fmt.Sprintf("%.120s, compiled by %.80s, driver %.60s", kernel, c.Platform, c.Driver)
}

func (c *context) libraries() map[string]string {
	return map[string]string{c.Platform: c.Driver, "opencl": c.Version}
}
