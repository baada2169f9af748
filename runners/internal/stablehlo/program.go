// Package stablehlo writes the programs that compute workloads, as StableHLO text:
// what every PJRT plugin compiles. It knows no device and loads nothing.
//
// The syntax is that of the StableHLO specification,
// https://openxla.org/stablehlo/spec, in the short form that its own printer uses.
//
// Every error of this package says that a workload has no program that computes it
// exactly as defined: it is unsupported, on whatever device.
package stablehlo

import (
	"errors"
	"fmt"

	"joulemark/workloads"
)

// A Program is one iteration of a workload.
type Program struct {
	// Text is the module; its function is @main.
	Text string
	// Inputs are the arguments of @main in order. Each is given as the bytes of
	// Tensor.Stored in the stored type; int4 is i4, whose elements a host gives one
	// a byte and a PJRT plugin packs.
	Inputs []workloads.Tensor
	// Output is the stored type of result 0.
	Output workloads.DType
	// OutputShape is the shape of result 0, row-major.
	OutputShape []int
	// Donated are the positions in Inputs of arguments that the program overwrites:
	// results 1… are their new contents, in this order, in the memory of the old.
	Donated []int
}

// elements are the MLIR names of stored types. int4 lies packed.
var elements = map[workloads.DType]string{
	workloads.FP64: "f64", workloads.FP32: "f32", workloads.TF32: "f32", workloads.FP16: "f16", workloads.BF16: "bf16",
	workloads.FP8E4M3: "f8E4M3FN", workloads.FP8E5M2: "f8E5M2",
	workloads.INT8: "i8", workloads.INT4: "i4", workloads.INT32: "i32",
}

// check refuses what no program can stand for.
func check(w workloads.Workload, sparsity workloads.Sparsity, technique workloads.Technique) error {
	if err := workloads.Validate(w); err != nil {
		return err
	}
	if sparsity != "" {
		return fmt.Errorf("StableHLO has no %s sparsity: use dense operands", sparsity)
	}
	if technique != "" {
		return fmt.Errorf("no program for the technique %s: leave it out", technique)
	}
	return nil
}

var errTrain = errors.New("no program for training: use prefill or decode")
