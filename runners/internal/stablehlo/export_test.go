package stablehlo

import "joulemark/workloads"

// TF32Clause is what asks a dot for TF32.
var TF32Clause = tf32.attributes()

// ErfProgram is erf of n numbers of fp32, which the generator gives in [-8, 8).
func ErfProgram(n int) Program {
	return elementwise(n, workloads.Tensor{Name: "x", Shape: []int{n}, Type: workloads.FP32, Fill: workloads.Uniform, Shift: -3}, (*writer).erf)
}

// WeightedProgram is the sum of fp32 weights [Batch, KVHeads, rows, Context] times
// values in l's type, f32.
func WeightedProgram(l workloads.Layer, rows int) Program {
	w := newWriter(l)
	tensors := []workloads.Tensor{
		{Index: 0, Name: "weights", Shape: []int{l.Batch, l.KVHeads, rows, l.Context}, Type: workloads.FP32, Fill: workloads.Uniform},
		{Index: 1, Name: "values", Shape: []int{l.Batch, l.KVHeads, l.Context, l.HeadDim}, Type: l.Type, Fill: workloads.Uniform},
	}
	args := arguments(tensors)
	y := w.weighted(args["weights"], args["values"])
	return Program{Text: w.module(tensors, nil, y), Inputs: tensors, Output: workloads.FP32, OutputShape: y.shape}
}

func elementwise(n int, x workloads.Tensor, f func(*writer, value) value) Program {
	w := &writer{}
	tensors := []workloads.Tensor{x}
	y := f(w, arguments(tensors)["x"])
	return Program{Text: w.module(tensors, nil, y), Inputs: tensors, Output: workloads.FP32, OutputShape: []int{n}}
}
