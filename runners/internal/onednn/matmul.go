package onednn

import (
	"strings"

	"joulemark/workloads"
)

// matmul is one product with repacked weights, or with weights row-major as they lie
// where any repacking is to be timed.
func (t *Task) matmul(w workloads.Matmul) {
	if w.Sparsity != "" || w.Type == workloads.TF32 || w.Type == workloads.FP64 || w.Type == workloads.INT4 {
		t.refuse("%s matmul as it is defined here", strings.TrimSpace(string(w.Type)+" "+string(w.Sparsity)))
		return
	}
	if t.err = t.exact(w.Type); t.err != nil {
		return
	}
	tensors := workloads.Tensors(w)
	m, n, k := int64(w.M), int64(w.N), int64(w.K)
	t.length, t.output = m*n, t.buffer(dataTypes[t.out], m*n)
	a, c := t.matrix(t.whole(tensors[0]), m, k), t.matrix(t.output, m, n)
	if w.Pack == workloads.PackCall {
		b := t.matrix(t.whole(tensors[1]), k, n)
		t.multiply(t.product("matmul", a.desc, b.desc, nil, c.desc), a, b, place{}, c)
		t.remarks = []string{"weights row-major"}
		return
	}
	t.linear(a, tensors[1], 0, n, place{}, c)
	t.remarks = []string{"weights packed"}
}
