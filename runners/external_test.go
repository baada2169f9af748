package runners

import (
	"testing"

	"github.com/stretchr/testify/require"
	"joulemark/workloads"
)

// startPython starts the honest runner that was written from PROTOCOL.md.
func startPython(t *testing.T) *Worker {
	t.Helper()
	w, err := Start(t.Context(), Launch{Runner: "python", Argv: []string{python(t), "-B", "testdata/runner.py"}, Limits: Limits{Exit: patient}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	return w
}

func TestExternalMatmul(t *testing.T) {
	w := startPython(t)
	for _, d := range operandTypes() {
		for _, f := range []workloads.Fill{workloads.Uniform, workloads.Normal, workloads.Integers, workloads.Zeros} {
			m := workloads.Matmul{M: 5, N: 7, K: 133, Type: d, Fill: f}
			require.NoError(t, drive(t.Context(), w, m), m.Name())
		}
	}
}

func TestExternalUnsupported(t *testing.T) {
	w := startPython(t)
	err := drive(t.Context(), w, workloads.Layer{Model: "gpt2-small", Phase: workloads.Decode, Context: 3, Type: workloads.INT8})
	require.EqualError(t, err, "unsupported: runner python: layer in int8 is not supported: use one of fp32, tf32, fp16, bf16")
	require.NoError(t, drive(t.Context(), w, small), "the worker lives on")
}

// One second implementation of every part of a layer.
func TestExternalLayer(t *testing.T) {
	w := startPython(t)
	base := workloads.Layer{Model: workloads.Custom, Batch: 2, Hidden: 24, Heads: 4, KVHeads: 2, HeadDim: 6, FFN: 40, Eps: 1e-5}
	test := func(phase workloads.Phase, tokens, context int, norm workloads.Norm, act workloads.Act, attention workloads.Attention, bias bool, theta float64) {
		l := base
		l.Phase, l.Tokens, l.Context, l.Norm, l.Act, l.Attention, l.Bias, l.RopeTheta = phase, tokens, context, norm, act, attention, bias, theta
		for i, d := range []workloads.DType{workloads.FP32, workloads.BF16, workloads.TF32, workloads.FP16} {
			l.Type, l.Fill = d, []workloads.Fill{workloads.Uniform, workloads.Normal}[i%2]
			require.NoError(t, drive(t.Context(), w, l), l.Name())
		}
	}
	test(workloads.Prefill, 19, 0, workloads.LayerNormPre, workloads.GELUTanh, workloads.Causal, true, 0)
	test(workloads.Prefill, 5, 3, workloads.RMSNormPre, workloads.SwiGLU, workloads.Causal, false, 10000)
	test(workloads.Prefill, 6, 0, workloads.LayerNormPost, workloads.GELUErf, workloads.Full, true, 0)
	test(workloads.Decode, 1, 9, workloads.LayerNormPre, workloads.GELUTanh, workloads.Causal, true, 0)
	test(workloads.Decode, 1, 1, workloads.RMSNormPre, workloads.SwiGLU, workloads.Causal, true, 500000)
	test(workloads.Decode, 1, 9, workloads.RMSNormPre, workloads.SwiGLU, workloads.Causal, false, 500000)
}
