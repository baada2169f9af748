package portable

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/engine"
	"joulemark/workloads"
)

func TestUnsupported(t *testing.T) {
	sparse := matmul(workloads.FP32, 4, 4, 4)
	sparse.Sparsity = "2:4"
	packed := matmul(workloads.FP32, 4, 4, 4)
	packed.Pack = workloads.PackPrepare
	technique := tiny(gptLike, workloads.Prefill, workloads.FP32)
	technique.Technique = "strassen"
	for name, c := range map[string]struct {
		w    workloads.Workload
		says string
	}{
		"sparsity":   {sparse, "it does dense matmul"},
		"train":      {tiny(gptLike, workloads.Train, workloads.FP32), "computed by no runner of this version; it does prefill and decode"},
		"layer type": {tiny(gptLike, workloads.Prefill, workloads.FP64), "layers in fp64; it does fp32, tf32, fp16, bf16 and int8"},
		"packed":     {packed, "it reads B row-major as it lies"},
		"technique":  {technique, "it does plain layers"},
	} {
		_, err := Plan(c.w, 1)
		require.ErrorIs(t, err, ErrUnsupported, name)
		require.ErrorContains(t, err, c.says, name)
		_, err = New(c.w, engine.Options{})
		require.ErrorIs(t, err, ErrUnsupported, name)
	}
	_, err := Plan(matmul(workloads.FP32, 0, 4, 4), 1)
	require.Error(t, err)
	require.NotErrorIs(t, err, ErrUnsupported)
}

func TestRunAllocatesNothing(t *testing.T) {
	for _, w := range []workloads.Workload{
		matmul(workloads.FP64, 40, 50, 60), matmul(workloads.BF16, 40, 50, 60), matmul(workloads.INT8, 40, 50, 60),
		matmul(workloads.FP16, 40, 50, 60), matmul(workloads.FP8E5M2, 40, 50, 60), matmul(workloads.INT4, 40, 50, 60),
		tiny(llamaLike, workloads.Decode, workloads.FP16),
		tiny(llamaLike, workloads.Prefill, workloads.BF16), tiny(llamaLike, workloads.Decode, workloads.BF16), tiny(bertLike, workloads.Prefill, workloads.FP32),
	} {
		task, err := New(w, engine.Options{Seed: seed, Threads: 2, Sets: 2})
		require.NoError(t, err)
		n := testing.AllocsPerRun(3, func() { err = errors.Join(err, task.Run(context.Background(), 0, 1)) })
		require.NoError(t, err)
		require.Zero(t, n, w.Name())
		task.Close()
	}
}

// The plan is what the task says it holds.
func TestPlanIsWhatIsTaken(t *testing.T) {
	for _, w := range []workloads.Workload{
		matmul(workloads.FP32, 500, 700, 300), matmul(workloads.INT8, 1000, 1000, 1000), matmul(workloads.INT4, 1000, 1000, 1000),
		workloads.Layer{Model: "gpt2-small", Phase: workloads.Decode, Context: 300, Type: workloads.BF16}.WithDefaults(),
	} {
		need, err := Plan(w, 2)
		require.NoError(t, err)
		task, err := New(w, engine.Options{Seed: seed, Threads: 2, Sets: 3})
		require.NoError(t, err)
		require.Equal(t, need.Total(3), task.Bytes(), w.Name())
		require.NoError(t, task.Close())
	}
}

func TestValuesOutsideTheOutput(t *testing.T) {
	task, err := New(matmul(workloads.FP32, 3, 4, 5), engine.Options{Seed: seed})
	require.NoError(t, err)
	defer task.Close()
	for _, p := range []int64{-1, 12, 1 << 40} {
		_, err := task.Values([]int64{0, p})
		require.ErrorContains(t, err, "0…11")
	}
}

func TestIterationSLeavesOperandsAlone(t *testing.T) {
	w := tiny(gptLike, "decode", "fp32")
	task, err := New(w, engine.Options{Seed: seed, Threads: 2, Sets: 3})
	require.NoError(t, err)
	require.Positive(t, task.IterationS())
	require.NoError(t, task.Run(t.Context(), 1, 1))
	_, got := outputs(t, task, w)
	task.Close()
	_, want := after(t, w, 2)
	require.Equal(t, want, got)
}
