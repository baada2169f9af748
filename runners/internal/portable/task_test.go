package portable

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"joulemark/workloads"
)

func TestUnsupported(t *testing.T) {
	sparse := matmul(workloads.FP32, 4, 4, 4)
	sparse.Sparsity = "2:4"
	technique := tiny(gptLike, workloads.Prefill, workloads.FP32)
	technique.Technique = "strassen"
	for name, c := range map[string]struct {
		w    workloads.Workload
		says string
	}{
		"sparsity":   {sparse, "it does dense matmul"},
		"train":      {tiny(gptLike, workloads.Train, workloads.FP32), "computed by no runner of this version; it does prefill and decode"},
		"layer type": {tiny(gptLike, workloads.Prefill, workloads.INT8), "layers in int8; it does fp32, tf32, fp16 and bf16"},
		"technique":  {technique, "it does plain layers"},
	} {
		_, err := Plan(c.w, 1)
		require.ErrorIs(t, err, ErrUnsupported, name)
		require.ErrorContains(t, err, c.says, name)
		_, err = New(c.w, Options{})
		require.ErrorIs(t, err, ErrUnsupported, name)
	}
	_, err := Plan(matmul(workloads.FP32, 0, 4, 4), 1)
	require.Error(t, err)
	require.NotErrorIs(t, err, ErrUnsupported)
}

// countdown is a context that is cancelled after it was looked at n times.
type countdown struct {
	context.Context
	n int
}

func (c *countdown) Err() error {
	if c.n--; c.n < 0 {
		return context.Canceled
	}
	return nil
}

func TestRunStopsBetweenIterations(t *testing.T) {
	task, err := New(matmul(workloads.FP32, 3, 3, 3), Options{Seed: seed, Threads: 2, Sets: 2})
	require.NoError(t, err)
	defer task.Close()
	done := 0
	task.steps = append(task.steps, Step{Chunks: 1, Do: func(_, _ int) { done++ }})
	require.ErrorIs(t, task.Run(&countdown{context.Background(), 4}, 0, 100), context.Canceled)
	require.Equal(t, 4, done)
}

func TestRunAllocatesNothing(t *testing.T) {
	for _, w := range []workloads.Workload{
		matmul(workloads.FP64, 40, 50, 60), matmul(workloads.BF16, 40, 50, 60), matmul(workloads.INT8, 40, 50, 60),
		matmul(workloads.FP16, 40, 50, 60), matmul(workloads.FP8E5M2, 40, 50, 60), matmul(workloads.INT4, 40, 50, 60),
		tiny(llamaLike, workloads.Decode, workloads.FP16),
		tiny(llamaLike, workloads.Prefill, workloads.BF16), tiny(llamaLike, workloads.Decode, workloads.BF16), tiny(bertLike, workloads.Prefill, workloads.FP32),
	} {
		task, err := New(w, Options{Seed: seed, Threads: 2, Sets: 2})
		require.NoError(t, err)
		n := testing.AllocsPerRun(3, func() { err = errors.Join(err, task.Run(context.Background(), 0, 1)) })
		require.NoError(t, err)
		require.Zero(t, n, w.Name())
		task.Close()
	}
}

// The plan is what the heap grows by.
func TestPlanIsWhatIsTaken(t *testing.T) {
	for _, w := range []workloads.Workload{
		matmul(workloads.FP32, 500, 700, 300), matmul(workloads.INT8, 1000, 1000, 1000), matmul(workloads.INT4, 1000, 1000, 1000),
		workloads.Layer{Model: "gpt2-small", Phase: workloads.Decode, Context: 300, Type: workloads.BF16}.WithDefaults(),
		workloads.Layer{Model: "gpt2-small", Phase: workloads.Prefill, Tokens: 200, Type: workloads.FP32}.WithDefaults(),
	} {
		need, err := Plan(w, 2)
		require.NoError(t, err)
		before := heap()
		task, err := New(w, Options{Seed: seed, Threads: 2, Sets: 3})
		require.NoError(t, err)
		grown := heap() - before
		require.Equal(t, need.Total(3), task.Bytes(), w.Name())
		require.InEpsilon(t, task.Bytes(), grown, 0.05, w.Name())
		task.Close()
		// the pool's goroutines end in their own time on a busy machine
		require.Eventually(t, func() bool { return heap()-before < grown/10 }, time.Minute, 10*time.Millisecond, "%s is held after Close", w.Name())
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestValuesOutsideTheOutput(t *testing.T) {
	task, err := New(matmul(workloads.FP32, 3, 4, 5), Options{Seed: seed})
	require.NoError(t, err)
	defer task.Close()
	for _, p := range []int64{-1, 12, 1 << 40} {
		_, err := task.Values([]int64{0, p})
		require.ErrorContains(t, err, "0…11")
	}
}

func TestFillingIsTheGenerator(t *testing.T) {
	tensor := workloads.Tensors(matmul(workloads.BF16, 7, 1, 10001))[0] // 70007 elements: chunks end inside sets
	const sets = 3
	var data []uint16
	a := &arena{sets: sets}
	op := rotate(a, tensor, seed, &data, workloads.Tensor.FillBF16)
	run(op.filling(sets), 2)
	want := make([]uint16, tensor.Len())
	for set := range sets {
		tensor.FillBF16(seed, set, want, 0)
		op.use(set)
		require.Equal(t, want, data, "set %d", set)
	}
}
