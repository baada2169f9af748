package plots

import (
	"fmt"
	"slices"
	"strings"

	"joulemark/workloads"
)

// A work is what figures need to know of a workload's name.
type work struct {
	panel   string // heading under which it may stand beside others
	label   string // within the panel
	unit    string // "FLOP" or, for integer types, "OP"; "" for work without operations
	rank    [3]int // panel, type, size: the order of print
	square  int    // n of a dense square matmul with the default fill; 0 otherwise
	dtype   string
	comment string // fill or other departures, for lines
}

// typeOrder is the order of print: wide before narrow, integers last.
var typeOrder = []workloads.DType{
	workloads.FP64, workloads.FP32, workloads.TF32, workloads.FP16, workloads.BF16,
	workloads.FP8E4M3, workloads.FP8E5M2, workloads.INT8, workloads.INT4, workloads.INT32,
}

var panelOrder = []string{"matmul", string(workloads.Prefill), string(workloads.Decode), string(workloads.Train)}

// describe reads a workload's name. One that this version does not know stands
// under its own name, in a panel of its kind.
func describe(name string, dtype string) work {
	w, err := workloads.Parse(name)
	if err != nil {
		return work{panel: "Other workloads", label: name, unit: unitOf(dtype), rank: [3]int{99, 0, 0}, dtype: dtype}
	}
	switch w := w.(type) {
	case workloads.Matmul:
		return describeMatmul(w)
	case workloads.Layer:
		return describeLayer(w)
	case workloads.Peak:
		return describePeak(w)
	case workloads.Stream:
		return describeStream(w)
	}
	return work{panel: "Other workloads", label: name, unit: unitOf(dtype), rank: [3]int{99, 0, 0}, dtype: dtype}
}

// unitOf is FLOP, or OP for types whose products are integers.
func unitOf(dtype string) string {
	if workloads.DType(dtype).Integer() {
		return "OP"
	}
	return "FLOP"
}

func describeMatmul(w workloads.Matmul) work {
	d := work{panel: "Matrix multiplication", unit: unitOf(string(w.Type)), dtype: string(w.Type)}
	shape := fmt.Sprintf("%d × %d × %d", w.M, w.N, w.K)
	if w.M == w.N && w.N == w.K {
		shape = fmt.Sprintf("%d³", w.M)
	}
	d.label = string(w.Type) + " " + shape
	d.comment = strings.Trim(packComment[w.Pack]+", "+fillComment(w.Fill), ", ")
	if w.Sparsity != "" { // counts its dense equivalent: never beside dense
		d.panel += ", " + string(w.Sparsity) + " sparse"
	} else if w.M == w.N && w.N == w.K {
		d.square = w.M
	}
	d.finish("matmul", w)
	return d
}

func describeLayer(w workloads.Layer) work {
	d := work{unit: unitOf(string(w.Type)), dtype: string(w.Type)}
	size := w.Tokens
	d.panel = fmt.Sprintf("Transformer layer, %s (batch × tokens)", w.Phase)
	if w.Phase == workloads.Decode {
		size, d.panel = w.Context, "Transformer layer, decode (batch × context)"
	}
	if w.Technique != "" { // compared in joules a token only
		d.panel += ", " + string(w.Technique)
	}
	d.label = fmt.Sprintf("%s %s %d × %d", w.Model, w.Type, w.Batch, size)
	if w.Model == "custom" {
		d.label = fmt.Sprintf("custom %d/%d/%d %s %d × %d", w.Hidden, w.Heads, w.FFN, w.Type, w.Batch, size)
	}
	d.comment = fillComment(w.Fill)
	d.finish(string(w.Phase), w)
	return d
}

// packComment keeps what is packed before from what is packed in the timed work.
var packComment = map[workloads.Pack]string{workloads.PackCall: "B packed at each call", workloads.PackPrepare: "B packed before"}

func fillComment(f workloads.Fill) string {
	if f == "" || f == workloads.Uniform {
		return ""
	}
	return "fill " + string(f)
}

// finish sets what both kinds share. Integer products stand apart: an OP is no FLOP.
func (d *work) finish(kind string, w workloads.Workload) {
	d.rank = [3]int{2 * slices.Index(panelOrder, kind), slices.Index(typeOrder, w.DType()), int(min(w.Ops(), 1e18))}
	if d.unit == "OP" {
		d.rank[0]++
		d.panel += ", integer"
	}
	if d.comment != "" {
		d.label += ", " + d.comment
	}
}

// ofVersion marks work that means something else than today's under the same name:
// it has a label, and so a bar and a line, of its own.
func (d work) ofVersion(version int) work {
	if version != workloads.Version {
		mark := fmt.Sprintf("workload version %d", version)
		d.label += ", " + mark
		d.comment = strings.TrimSpace(d.comment + " " + mark)
	}
	return d
}

// compareWork orders by rank and then by label.
func compareWork(a, b work) int {
	if c := slices.Compare(a.rank[:], b.rank[:]); c != 0 {
		return c
	}
	return strings.Compare(a.panel+"\x00"+a.label, b.panel+"\x00"+b.label)
}
