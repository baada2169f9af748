package onednn

import (
	"runtime"
	"slices"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/parts"
	"joulemark/workloads"
)

// openCPU opens the CPU engine of version 3 on one thread. Version 2 is tested in
// processes of its own.
func openCPU(t *testing.T) *Engine {
	t.Helper()
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
	l, err := Open(parts.OneDNN(t))
	require.NoError(t, err)
	n, err := l.UseThreads(1, true)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	e, err := l.CPU()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return e
}

func prepared(t *testing.T, e *Engine, w workloads.Workload, sets int) *Task {
	t.Helper()
	task, err := e.Prepare(w)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, task.Close()) })
	require.NoError(t, task.Fill(5, sets))
	return task
}

// narrow is bf16, or fp32 where the library has no bf16 for the processor.
func narrow(t *testing.T, e *Engine) workloads.DType {
	t.Helper()
	if slices.Contains([]string{"sse41", "avx", "avx2", "avx2_vnni"}, e.ISA()) {
		_, err := e.Prepare(workloads.Matmul{M: 9, N: 10, K: 11, Type: workloads.BF16})
		require.ErrorAs(t, err, new(Unsupported))
		return workloads.FP32
	}
	return workloads.BF16
}

func smallWorkloads(d workloads.DType) []workloads.Workload {
	l := smallLayer
	l.Type = d
	return []workloads.Workload{workloads.Matmul{M: 9, N: 10, K: 11, Type: d}, l}
}

var smallLayer = workloads.Layer{Model: workloads.Custom, Phase: workloads.Prefill, Batch: 2, Tokens: 40, Context: 3, Hidden: 32, Heads: 4, KVHeads: 2, HeadDim: 8, FFN: 48,
	Norm: workloads.RMSNormPre, Act: workloads.SwiGLU, Attention: workloads.Causal, RopeTheta: 10000, Eps: 1e-5}

func TestLaunchAllocatesNothing(t *testing.T) {
	e := openCPU(t)
	for _, w := range smallWorkloads(narrow(t, e)) {
		task := prepared(t, e, w, 3)
		set := 0
		garbage := testing.AllocsPerRun(20, func() {
			set++
			if task.Launch(set%3) != nil || task.Finish() != nil {
				panic("the launch failed")
			}
		})
		require.True(t, garbage == 0 || parts.RaceDetector, "%s: %g allocations", w.Name(), garbage)
	}
}

// Each set has its own operands, and launching one leaves its output behind.
func TestSetsDiffer(t *testing.T) {
	e := openCPU(t)
	for _, w := range smallWorkloads(narrow(t, e)) {
		task, checker := prepared(t, e, w, 3), workloads.NewChecker(5)
		for _, set := range []int{2, 0, 1, 1} {
			require.NoError(t, task.Launch(set))
			require.NoError(t, task.Finish())
			points := checker.Points(w, uint64(set))
			values, err := task.Values(points)
			require.NoError(t, err)
			ratio, err := checker.Ratio(w, set, points, values)
			require.NoError(t, err)
			require.LessOrEqual(t, ratio, 1.0, "%s set %d", w.Name(), set)
		}
		_, err := task.Values([]int64{task.length})
		require.ErrorContains(t, err, "there are 0…")
	}
}

// What Need says covers what is held: operands, buffers and packed weights.
func TestNeedCountsOperands(t *testing.T) {
	e := openCPU(t)
	m := prepared(t, e, workloads.Matmul{M: 100, N: 200, K: 300, Type: workloads.FP32}, 1).Need()
	require.GreaterOrEqual(t, m.SetBytes, int64(4*(100*300+300*200)))
	require.GreaterOrEqual(t, m.RestBytes, int64(4*(100*200+300*200))) // output and staging
	require.Equal(t, 3*m.SetBytes+m.RestBytes, m.Total(3))
}

func TestGenerateArranges(t *testing.T) {
	tensor := workloads.Tensors(workloads.Matmul{M: 6, N: 1, K: 70_000, Type: workloads.BF16}.WithDefaults())[0]
	plain := make([]byte, 2*tensor.Len())
	tensor.FillBytes(9, 1, plain, 0)
	got := make([]byte, len(plain))
	generate(tensor, arrangement{}, 9, 1, got)
	require.Equal(t, plain, got)
	generate(tensor, arrangement{35_000, []int{2, 0, 1}}, 9, 1, got) // two blocks a row, four periods of three
	const block = 2 * 35_000
	for position, source := range []int{2, 0, 1, 5, 3, 4, 8, 6, 7, 11, 9, 10} {
		require.Equal(t, plain[source*block:(source+1)*block], got[position*block:(position+1)*block], position)
	}
}

func TestBlocks(t *testing.T) {
	for _, c := range []struct{ tokens, heads, context, want int64 }{
		{5, 4, 0, 5}, {32, 4, 0, 32}, {512, 16, 0, 64}, {2048, 32, 0, 256}, {100_000, 4, 0, 32}, {8192, 32, 0, 64},
	} {
		l := layer{tokens: c.tokens, context: c.context, queries: c.heads * 8, dim: 8}
		require.Equal(t, c.want, l.blockRows(), c)
	}
	for each, want := range map[int64]int64{1: 12, 1 << 20: 6, 2 << 20: 4, 3 << 20: 2, 9 << 20: 1, chunkBytes / 12: 12} {
		require.Equal(t, want, (&layer{batch: 12}).together(each), each)
	}
}

// The layouts of structs that the library reads (dnnl_common_types.h, dnnl_types.h).
func TestStructs(t *testing.T) {
	require.EqualValues(t, 16, unsafe.Sizeof(executeArgument{}))
	require.EqualValues(t, 8, unsafe.Offsetof(executeArgument{}.memory))
	require.EqualValues(t, 32, unsafe.Sizeof(version{}))
	require.EqualValues(t, 24, unsafe.Offsetof(version{}.cpuRuntime))
	require.Equal(t, []int64{12, 4, 1}, dense([]int64{2, 3, 4}))
}

func TestInstructionSets(t *testing.T) {
	var ordered []string
	for _, i := range isaOrder {
		ordered = append(ordered, i.name)
	}
	for name := range isas3 {
		require.Contains(t, ordered, name)
	}
	for name := range isas2 {
		require.Contains(t, ordered, name)
	}
	e := openCPU(t)
	best, _ := e.MachineISA()
	require.Equal(t, e.ISA(), best)
	require.NotEmpty(t, e.isaName(e.effectiveISA()))
	require.ErrorAs(t, e.UseISA("avx"), new(Unsupported))
}
