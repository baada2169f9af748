package opencl

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"joulemark/workloads"
)

// multiply runs a matmul by one variant on two sets and checks the second.
func multiply(t *testing.T, d *Device, w workloads.Matmul, v variant) {
	t.Helper()
	c, err := d.open()
	require.NoError(t, err)
	m := &matmul{Matmul: w, context: c, variant: v}
	m.a, m.b, m.scale = matmulOperands(w, v)
	m.outBytes = int64(w.M) * int64(w.N) * int64(w.Type.Out().StoredBytes(1))
	task, err := m.prepare(Options{Seed: 5, Sets: 2})
	require.NoError(t, err, "%s by %s", w.Name(), v)
	verify(t, task, w, 5, 2, fmt.Sprintf("%s by %s", w.Name(), v))
	require.NoError(t, task.Close())
}

// verify does an iteration on the last set and then on the first, and checks the
// output of each.
func verify(t *testing.T, task *Task, w workloads.Workload, seed uint64, sets int, what string) {
	t.Helper()
	checker := workloads.NewChecker(seed)
	points := checker.Points(w, 3)
	for _, set := range []int{sets - 1, 0} {
		require.NoError(t, task.Launch(set), what)
		require.NoError(t, task.Finish(), what)
		values, err := task.Values(points)
		require.NoError(t, err, what)
		ratio, err := checker.Ratio(w, set, points, values)
		require.NoError(t, err, what)
		require.LessOrEqual(t, ratio, 1.0, "%s, set %d", what, set)
	}
}

// every is each family of kernels for a type: all variants for fp32, one of each
// family for the others, which differ in how they load and store alone.
func every(d *Device, t workloads.DType, rows int) (list []variant) {
	cpu, gpu, strips := forCPU(d, t, rows), forGPU(few+1), forGPU(min(rows, few))
	if t != workloads.FP32 {
		cpu, gpu, strips = cpu[:1], gpu[5:], strips[:1]
	}
	for _, v := range append(append(cpu, gpu...), strips...) {
		if v.fits(d, sumBytes(t)) {
			list = append(list, v)
		}
	}
	return list
}

// odd is a matmul of sizes that fit no tile.
func odd(r *rand.Rand, t workloads.DType, most int) workloads.Matmul {
	size := func() int { return 1 + r.IntN(most) }
	return workloads.Matmul{M: size(), N: size(), K: size(), Type: t}.WithDefaults()
}

func TestMatmulOnPoCL(t *testing.T) {
	if child, _ := inChild(t, pocl(t)...); !child {
		return
	}
	d, r := device(t, false), rand.New(rand.NewPCG(1, 2))
	for _, dtype := range matmulTypes {
		for _, v := range every(d, dtype, 130) {
			for _, w := range []workloads.Matmul{odd(r, dtype, 130), {M: 1, N: 1, K: 1, Type: dtype}, {M: 66, N: 131, K: 259, Type: dtype}} {
				multiply(t, d, w.WithDefaults(), v)
			}
		}
	}
}

// A simulator checks that no access leaves a buffer and no two items race.
func TestMatmulUnderOclgrind(t *testing.T) {
	child, reports := inChild(t, oclgrind(t)...)
	if !child {
		require.Empty(t, reports)
		return
	}
	d, r := device(t, false), rand.New(rand.NewPCG(3, 4))
	for _, dtype := range matmulTypes {
		for _, v := range every(d, dtype, 9) {
			multiply(t, d, odd(r, dtype, 19), v)
		}
	}
}
