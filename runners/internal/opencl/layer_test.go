package opencl

import (
	"testing"

	"github.com/stretchr/testify/require"
	"joulemark/workloads"
)

// layers go through every norm, activation, phase and kind of attention, with and
// without biases, rotary positions, a cache, and heads that share keys.
func layers() []workloads.Layer {
	shape := workloads.Layer{Model: workloads.Custom, Batch: 2, Tokens: 21, Hidden: 48, Heads: 4, KVHeads: 4, HeadDim: 12, FFN: 70,
		Norm: workloads.LayerNormPre, Act: workloads.GELUTanh, Attention: workloads.Causal, Phase: workloads.Prefill, Bias: true, Eps: 1e-5, Type: workloads.FP32}
	with := func(change func(l *workloads.Layer)) workloads.Layer {
		l := shape
		change(&l)
		return l.WithDefaults()
	}
	modern := func(l *workloads.Layer) {
		l.Norm, l.Act, l.Bias, l.RopeTheta, l.KVHeads = workloads.RMSNormPre, workloads.SwiGLU, false, 10000, 2
	}
	return []workloads.Layer{
		with(func(*workloads.Layer) {}),
		with(func(l *workloads.Layer) {
			l.Norm, l.Act, l.Attention, l.HeadDim = workloads.LayerNormPost, workloads.GELUErf, workloads.Full, 7
		}),
		with(func(l *workloads.Layer) { modern(l); l.Context, l.HeadDim = 37, 16 }),
		with(func(l *workloads.Layer) {
			modern(l)
			l.Phase, l.Tokens, l.Context, l.Bias = workloads.Decode, 1, 70, true
		}),
		with(func(l *workloads.Layer) { modern(l); l.Phase, l.Tokens, l.Context, l.Batch = workloads.Decode, 1, 1, 9 }),
		with(func(l *workloads.Layer) {
			l.Norm, l.Phase, l.Tokens, l.Context = workloads.LayerNormPost, workloads.Decode, 1, 33
		}),
	}
}

func runLayer(t *testing.T, d *Device, l workloads.Layer, v variant) {
	t.Helper()
	d.tuned[tuning{l.Type, d.tuneShape(shape{l.Batch * l.Tokens, l.FFN, l.Hidden})}] = choice{variant: v}
	plan, err := d.Plan(l)
	require.NoError(t, err, l.Name())
	task, err := plan.Prepare(Options{Seed: 6, Sets: 2})
	require.NoError(t, err, l.Name())
	verify(t, task, l, 6, 2, l.Name()+" by "+task.Kernel())
	require.NoError(t, task.Close())
}

// runOn computes a layer by the kernels of processors or of GPUs.
func runOn(t *testing.T, d *Device, dtype workloads.DType, l workloads.Layer) {
	t.Helper()
	l.Type = dtype
	fit := candidates(d, dtype, l.Batch*l.Tokens)
	runLayer(t, d, l, fit[len(fit)-1])
}

// Every layer in fp32, and one of them in every type and by the kernels of GPUs.
func TestLayersOnPoCL(t *testing.T) {
	if child, _ := inChild(t, pocl(t)...); !child {
		return
	}
	cpu, gpu, all := device(t, false), device(t, true), layers()
	for _, l := range all {
		runOn(t, cpu, workloads.FP32, l)
	}
	for _, dtype := range layerTypes {
		runOn(t, cpu, dtype, all[3])
	}
	runOn(t, gpu, workloads.BF16, all[2])
	runOn(t, gpu, workloads.FP16, all[3])
}

// Every layer by both sets of kernels, in a simulator that checks that no access
// leaves a buffer and no two items race.
func TestLayersUnderOclgrind(t *testing.T) {
	child, reports := inChild(t, oclgrind(t)...)
	if !child {
		require.Empty(t, reports)
		return
	}
	for _, l := range layers() {
		l.Hidden, l.FFN, l.Heads, l.KVHeads, l.HeadDim = 6, 7, 2, min(2, l.KVHeads/2), 4
		l.Batch, l.Tokens, l.Context = 1, min(l.Tokens, 5), min(l.Context, 9)
		runOn(t, device(t, false), workloads.FP32, l)
		runOn(t, device(t, true), workloads.FP32, l)
	}
}
