package main

import "joulemark/runners/internal/asm"

// x86 prints the file of one machine.
func x86(m *machine) *asm.File {
	g := &gen{File: &asm.File{Package: "vector", Name: m.file}, machine: m}
	g.data()
	g.conversions()
	g.halves()
	if m == avx512 {
		g.convert()
	}
	g.simple()
	g.activations()
	g.norms()
	g.softmax()
	g.quantisation()
	g.attend()
	g.uniform()
	g.table()
	return g.File
}

// table prints the kernels.
func (g *gen) table() {
	g.Go("\n// kernels%s are all of the above.\nvar kernels%s = kernels{\n\tgroup: %d, narrowGroup: %d, keys: %d,\n", g.name, g.name, g.group, g.narrowGroup, g.lanes())
	for _, k := range []string{"toBF16", "fromBF16", "roundBF16", "toFP16", "fromFP16", "roundFP16", "geluTanh", "geluErf", "add", "addBF16", "mulSiLU", "scale", "rotate",
		"max", "absMax", "expSum", "expSumBF16", "quantize", "dequantize", "sum", "squares", "center", "stretch", "dot", "dotBF16", "uniform"} {
		g.Go("\t%s: %s%s,\n", k, k, g.name)
	}
	for _, k := range []string{"scores", "scoresBF16", "gather", "gatherBF16"} {
		g.Go("\t%s: []%sFn{", k, k[:6])
		for shift := range g.queries + 1 {
			g.Go("%s%d%s, ", k, 1<<shift, g.name)
		}
		g.Go("},\n")
	}
	g.Go("\tcolumns: []int{")
	for shift := range g.queries + 1 {
		g.Go("%d, ", g.stripVectors(1<<shift)*g.lanes())
	}
	g.Go("},\n}\n")
}
