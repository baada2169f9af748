package native

import (
	"joulemark/runners/internal/engine"
	"joulemark/workloads"
)

// norm normalises each row of in into out: LayerNorm with gain and bias, or
// RMSNorm with gain alone.
func (b *layer) norm(name string, in, out *table) []engine.Step {
	gain, bias := b.vector(name+"_gain"), new([]float32)
	if b.Norm != workloads.RMSNormPre {
		bias = b.vector(name + "_bias")
	}
	eps := float32(b.Eps)
	quantise := b.quantiser(out)
	return []engine.Step{b.rowStep(name, b.Hidden, func(worker, i int) {
		line := b.lines[worker][0][:b.Hidden]
		row := in.get(i, 0, b.Hidden, line)
		if b.Norm == workloads.RMSNormPre {
			b.ops.RMSNorm(line, row, *gain, eps)
		} else {
			b.ops.LayerNorm(line, row, *gain, *bias, eps)
		}
		out.put(i, 0, line)
		quantise(i, line)
	})}
}

// rowsElements is what a chunk of rows has at least, a few microseconds of work: for
// less, waking another worker costs more than it saves (decode).
const rowsElements = 16 << 10

// rowStep does f for each row of cols activations, several rows a chunk.
func (b *layer) rowStep(name string, cols int, f func(worker, row int)) engine.Step {
	n := max(b.rows/(8*b.workers), ceilDiv(rowsElements, cols))
	return engine.Step{Name: name, Chunks: ceilDiv(b.rows, n), Do: func(worker, chunk int) {
		for i := chunk * n; i < min((chunk+1)*n, b.rows); i++ {
			f(worker, i)
		}
	}}
}
