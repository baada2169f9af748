package portable

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/engine"
	"joulemark/workloads"
)

const seed = 7341

// outputs asks a task for its whole output.
func outputs(t *testing.T, task *engine.Task, w workloads.Workload) (points []int64, values []float64) {
	t.Helper()
	points = make([]int64, workloads.OutputLen(w))
	for i := range points {
		points[i] = int64(i)
	}
	values, err := task.Values(points)
	require.NoError(t, err)
	return points, values
}

// after runs w so that operand set 1 of 3 comes last, and returns all its output.
func after(t *testing.T, w workloads.Workload, threads int) (points []int64, values []float64) {
	t.Helper()
	task, err := New(w, engine.Options{Seed: seed, Threads: threads, Sets: 3})
	require.NoError(t, err)
	defer task.Close()
	require.NoError(t, task.Run(context.Background(), 5, 3))
	return outputs(t, task, w)
}

// requireSet1 fails unless w, run by after, has the output of operand set 1 and
// no other.
func requireSet1(t *testing.T, w workloads.Workload, threads int) {
	t.Helper()
	points, values := after(t, w, threads)
	checker := workloads.NewChecker(seed)
	ratio, err := checker.Ratio(w, 1, points, values)
	require.NoError(t, err)
	require.LessOrEqual(t, ratio, 1.0, "%s by %d threads", w.Name(), threads)
	ratio, err = checker.Ratio(w, 0, points, values)
	require.NoError(t, err)
	require.Greater(t, ratio, 1.0, "%s by %d threads: the output of another set passes", w.Name(), threads)
}

func matmul(d workloads.DType, m, n, k int) workloads.Matmul {
	return workloads.Matmul{M: m, N: n, K: k, Type: d}.WithDefaults()
}

var (
	types   = []workloads.DType{workloads.FP64, workloads.FP32, workloads.TF32, workloads.FP16, workloads.BF16, workloads.FP8E4M3, workloads.FP8E5M2, workloads.INT8, workloads.INT4}
	threads = []int{1, 2, 3, 7}
)

func TestMatmulOfSmallShapes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 180 {
		m, n, k := 1+random.IntN(20), 1+random.IntN(20), 1+random.IntN(20)
		requireSet1(t, matmul(types[i%9], m, n, k), threads[i/9%4])
	}
}

// B lies row-major at every call anyway.
func TestMatmulPackedAtEachCall(t *testing.T) {
	w := matmul(workloads.FP32, 9, 10, 11)
	w.Pack = workloads.PackCall
	requireSet1(t, w, 2)
}

func TestMatmulOfOddShapes(t *testing.T) {
	for _, s := range [][3]int{ // around the block sizes
		{1, 1, 1}, {1, 1, 300}, {1, 1030, 3}, {300, 1, 65}, {129, 2, 64}, {2, 513, 63}, {130, 515, 3}, {8, 64, 129}, {65, 66, 67},
	} {
		for i, d := range types {
			requireSet1(t, matmul(d, s[0], s[1], s[2]), threads[i%4])
		}
	}
}

func TestMatmulOfEveryFill(t *testing.T) {
	for _, fill := range []workloads.Fill{workloads.Normal, workloads.Integers} {
		for _, d := range types {
			w := matmul(d, 7, 9, 11)
			w.Fill = fill
			requireSet1(t, w, 2)
		}
	}
	for _, d := range types {
		w := matmul(d, 7, 9, 11)
		w.Fill = workloads.Zeros
		_, values := after(t, w, 1)
		require.Equal(t, make([]float64, 63), values)
	}
}

// What is expanded to fp32 makes exact products, and the sum of two is rounded once
// to fp32 and once to the type of the result.
func TestNarrowTypesAreRoundedWhereTheyShould(t *testing.T) {
	for _, d := range types[2:7] {
		w := matmul(d, 17, 90, 2)
		_, got := after(t, w, 2)
		a, b := workloads.Tensors(w)[0], workloads.Tensors(w)[1]
		for i := range w.M {
			for j := range w.N {
				x := float32(a.At(seed, 1, uint64(2*i)) * b.At(seed, 1, uint64(j)))
				y := float32(a.At(seed, 1, uint64(2*i+1)) * b.At(seed, 1, uint64(w.N+j)))
				require.Equal(t, workloads.Round(d.Out(), float64(x+y)), got[i*w.N+j], "%s %d,%d", d, i, j)
			}
		}
	}
}

// One weight after another is multiplied by 1 and read back: the scale of its own
// group, at both edges of groups.
func TestInt4HasTheScaleOfItsGroup(t *testing.T) {
	const k, n = 2*workloads.Int4Group + 3, 5
	b := &Int4{Data: make([]int8, k*n), Scales: make([]uint16, 3*n), Stride: n}
	for i := range b.Data {
		b.Data[i] = int8(i%15 - 7)
	}
	for i := range b.Scales {
		b.Scales[i] = workloads.BF16Bits(1 + float32(i)/16)
	}
	for i := range k {
		for j, v := range b.Row(i, 1, 4, make([]float32, 8)) {
			require.Equal(t, float32((i*n+1+j)%15-7)*(1+float32(i/128*n+1+j)/16), v, "%d,%d", i, 1+j)
		}
	}
}

func TestInt8IsExact(t *testing.T) {
	w := matmul(workloads.INT8, 9, 70, 1000)
	_, got := after(t, w, 2)
	a, b := make([]int8, w.M*w.K), make([]int8, w.K*w.N)
	tensors := workloads.Tensors(w)
	tensors[0].FillI8(seed, 1, a, 0)
	tensors[1].FillI8(seed, 1, b, 0)
	for i := range w.M {
		for j := range w.N {
			want := int32(0)
			for k := range w.K {
				want += int32(a[i*w.K+k]) * int32(b[k*w.N+j])
			}
			require.Equal(t, float64(want), got[i*w.N+j], "%d,%d", i, j)
		}
	}
}

// The largest sums of int8 products that fit int32 come out exactly.
func TestInt8AtTheEndsOfItsRange(t *testing.T) {
	const k = (1<<31 - 1) / (127 * 127)
	for _, a := range []int8{127, -127} {
		f := formatInt8
		f.fill = func(tensor workloads.Tensor, _ uint64, _ int, dst []int8, _ uint64) {
			for i := range dst {
				dst[i] = 127
				if tensor.Name == "a" {
					dst[i] = a
				}
			}
		}
		task := run(t, 1, func(arena *engine.Arena, o engine.Options) *engine.Program {
			return f.task(arena, matmul(workloads.INT8, 1, 1, k), o)
		})
		require.Equal(t, float64(k)*127*float64(a), task.Value(0))
	}
}

// Blocks move with the number of threads, the order of sums does not.
func TestThreadsDoNotChangeABit(t *testing.T) {
	for _, w := range []workloads.Workload{
		matmul(workloads.FP32, 67, 260, 150), matmul(workloads.FP64, 3, 600, 70), tiny(llamaLike, workloads.Prefill, workloads.FP32),
	} {
		_, want := after(t, w, 1)
		for _, n := range threads[1:] {
			_, got := after(t, w, n)
			require.Equal(t, want, got, "%s by %d threads", w.Name(), n)
		}
	}
}

// run builds a program and does it once.
func run(t *testing.T, workers int, build func(*engine.Arena, engine.Options) *engine.Program) *engine.Task {
	t.Helper()
	task, err := engine.New(func(a *engine.Arena, o engine.Options) (*engine.Program, error) {
		return build(a, o), nil
	}, engine.Options{Seed: seed, Threads: workers})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, task.Close()) })
	require.NoError(t, task.Run(context.Background(), 0, 1))
	return task
}

// Every element is stored once and nothing beside the output is.
func TestProductStoresEachElementOnce(t *testing.T) {
	const guard = 3
	for _, s := range [][3]int{{1, 1, 1}, {5, 7, 2}, {1, 700, 9}, {140, 530, 5}, {33, 65, 66}} {
		m, n, k := s[0], s[1], s[2]
		ones := make([]float32, max(m, n)*k)
		for i := range ones {
			ones[i] = 1
		}
		stride := n + guard
		got := make([]float32, (m+2*guard)*stride)
		want := make([]float32, len(got))
		for i := range m {
			for j := range n {
				want[(i+guard)*stride+j] = float32(k)
			}
		}
		p := &Product[float32]{m, n, k, &Dense[float32]{ones, k}, &Dense[float32]{ones, n}, func(i, lo int, v []float32) {
			axpy(got[(i+guard)*stride+lo:], 1, v)
		}}
		for _, workers := range threads {
			clear(got)
			run(t, workers, func(a *engine.Arena, o engine.Options) *engine.Program {
				return &engine.Program{Steps: []engine.Step{p.Step(a, "ones", o.Threads)}}
			})
			require.Equal(t, want, got, "%v by %d workers", s, workers)
		}
	}
}
