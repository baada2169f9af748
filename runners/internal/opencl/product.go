package opencl

import "joulemark/workloads"

// An epilogue is what becomes of the sums of a product before they are stored, as
// kernels/epilogue.cl does it. Nil and 0 leave a part out.
type epilogue struct {
	scale    *operand // of int4
	bias     *operand
	residual any // *operand or activation
	act      int
	gate     memory
	wide     bool // store fp32
}

// Activations of kernels/epilogue.cl.
const (
	actNone = iota
	actGELUTanh
	actGELUErf
	actTimesSilu
)

func (e epilogue) definitions() []definition {
	defs := []definition{{"ACT", e.act}}
	for name, on := range map[string]bool{"SCALED": e.scale != nil, "BIAS": e.bias != nil, "RESIDUAL": e.residual != nil, "WIDE": e.wide} {
		if on {
			defs = append(defs, definition{name, 1})
		}
	}
	return defs
}

func (e epilogue) arguments() (list []any) {
	if e.scale != nil {
		list = append(list, e.scale)
	}
	if e.bias != nil {
		list = append(list, e.bias)
	}
	if e.residual != nil {
		list = append(list, e.residual)
	}
	if e.act == actTimesSilu {
		list = append(list, e.gate)
	}
	return list
}

// product makes the launch of out = epilogue(a b). a is an *operand or an
// activation.
func (c *context) product(t workloads.DType, v variant, s shape, a any, b *operand, out memory, e epilogue) (*launch, error) {
	k, err := c.compile(v.kernel, append(v.definitions(), e.definitions()...), "vectors", typeFile(t), "epilogue", v.kernel)
	if err != nil {
		return nil, err
	}
	global, local := v.grid(s)
	arguments := append([]any{s.rows, s.columns, s.depth, a, b, out}, e.arguments()...)
	return c.newLaunch(k, v.kernel, global, local, arguments...)
}
