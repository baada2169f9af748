package native

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/engine"
	"joulemark/runners/internal/gemm"
	"joulemark/runners/internal/isa"
	"joulemark/workloads"
)

const seed = 7341

// targets are those with kernels of this machine.
func targets() (list []Target) {
	for _, s := range isa.Available() {
		if s.Name != isa.Portable {
			list = append(list, Target{s, gemm.Caches{L1Bytes: 32 << 10, L2Bytes: 512 << 10, L3Bytes: 4 << 20}})
		}
	}
	return list
}

// start makes a task of w with three operand sets.
func start(t testing.TB, on Target, w workloads.Workload, threads int) *engine.Task {
	t.Helper()
	build, ok := on.Builder(w)
	require.True(t, ok, "%s by %s", w.Name(), on.Set)
	task, err := engine.New(build, engine.Options{Seed: seed, Threads: threads, Sets: 3})
	require.NoError(t, err, w.Name())
	t.Cleanup(func() { task.Close() })
	return task
}

// requireSet1 fails unless all outputs of w are those of operand set 1 after the
// iterations that end there, and of no other set.
func requireSet1(t *testing.T, on Target, w workloads.Workload, threads int) {
	t.Helper()
	task := start(t, on, w, threads)
	require.NoError(t, task.Run(context.Background(), 5, 3))
	points := make([]int64, workloads.OutputLen(w))
	for i := range points {
		points[i] = int64(i)
	}
	values, err := task.Values(points)
	require.NoError(t, err)
	checker := workloads.NewChecker(seed)
	for set, right := range map[int]bool{1: true, 0: false} {
		ratio, err := checker.Ratio(w, set, points, values)
		require.NoError(t, err)
		require.Equal(t, right, ratio <= 1, "%s by %d threads, %s: error %.3g of the bound of set %d", w.Name(), threads, task.Kernel, ratio, set)
	}
	require.NoError(t, task.Close())
}

var matmulTypes = []workloads.DType{
	workloads.FP64, workloads.FP32, workloads.TF32, workloads.FP16, workloads.BF16, workloads.FP8E4M3, workloads.FP8E5M2, workloads.INT8, workloads.INT4,
}

// A type that must be widened is so before timing, and is left to package portable
// where B must be taken as it is.
func TestPackingIsWhatTheWorkloadSays(t *testing.T) {
	for _, on := range targets() {
		for _, d := range matmulTypes {
			w := workloads.Matmul{M: 9, N: 70, K: 33, Type: d}
			taken := forms[d].takes(d)
			_, ok := on.Builder(with(w, workloads.PackCall))
			require.Equal(t, taken, ok, d)
			require.Contains(t, start(t, on, with(w, workloads.PackPrepare), 1).Kernel, "B packed once", d)
			if taken {
				require.NotContains(t, start(t, on, with(w, workloads.PackCall), 1).Kernel, "B packed once", d)
			}
		}
		_, ok := on.Builder(workloads.Matmul{M: 8, N: 8, K: 8, Type: workloads.FP32, Sparsity: "2:4"})
		require.False(t, ok)
	}
	_, ok := Target{Set: isa.Set{Name: isa.Portable}}.Builder(workloads.Matmul{M: 8, N: 8, K: 8, Type: workloads.FP32})
	require.False(t, ok)
}

func with(m workloads.Matmul, p workloads.Pack) workloads.Matmul {
	m.Pack = p
	return m
}

func TestMatmulOfEveryTypeAndSet(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, on := range targets() {
		for i := range 12 * len(matmulTypes) {
			w := workloads.Matmul{M: 1 + random.IntN(130), N: 1 + random.IntN(130), K: 1 + random.IntN(130), Type: matmulTypes[i%len(matmulTypes)]}
			if random.IntN(2) == 0 {
				w.Pack = workloads.PackPrepare
			}
			requireSet1(t, on, w, 1+random.IntN(4))
		}
	}
}

func TestMatmulBeyondABlock(t *testing.T) {
	for _, on := range targets() {
		for i, d := range matmulTypes {
			requireSet1(t, on, workloads.Matmul{M: 25, N: 300, K: 2300, Type: d}, 1+i%3)
		}
	}
}

// Products large enough for workers to share rows are packed by all of them first, by
// narrow tiles; by others, or one worker, cell by cell.
func TestMatmulPackedTogether(t *testing.T) {
	for _, on := range targets() {
		for i, d := range []workloads.DType{workloads.FP64, workloads.FP32, workloads.BF16, workloads.INT8} {
			w := workloads.Matmul{M: 331, N: 90 + 3*i, K: 31 + 5*i, Type: d, Pack: workloads.PackCall}
			together := func(workers int) bool {
				return strings.Contains(start(t, on, w, workers).Kernel, "B packed at each call by all workers")
			}
			workers := 2 + i%2
			require.False(t, together(1), "%s on %s", d, on.Set)
			require.Equal(t, on.Set.Name == isa.AVX2, together(workers), "%s by %d on %s", d, workers, on.Set)
			requireSet1(t, on, w, workers)
		}
	}
}

func TestMatmulOfEveryFill(t *testing.T) {
	for _, on := range targets() {
		t.Run(on.Set.String(), func(t *testing.T) {
			for _, fill := range []workloads.Fill{workloads.Normal, workloads.Integers} {
				for _, d := range matmulTypes {
					requireSet1(t, on, workloads.Matmul{M: 17, N: 90, K: 31, Type: d, Fill: fill}, 2)
				}
			}
		})
	}
}

func TestMatmulAllocatesNothing(t *testing.T) {
	for _, on := range targets() {
		for _, d := range matmulTypes {
			for _, m := range []int{40, 331} { // 331: packed together
				task := start(t, on, workloads.Matmul{M: m, N: 50, K: 60, Type: d}, 2)
				n := testing.AllocsPerRun(3, func() { _ = task.Run(context.Background(), 0, 2) })
				require.Zero(t, n, "%s, %s", d, task.Kernel)
			}
		}
	}
}
