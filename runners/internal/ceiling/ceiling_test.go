package ceiling

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/engine"
	"joulemark/runners/internal/isa"
	"joulemark/workloads"
)

func parse(t testing.TB, name string) workloads.Workload {
	t.Helper()
	w, err := workloads.Parse(name)
	require.NoError(t, err)
	return w
}

// ran has done two iterations of a workload, the last on set 1.
func ran(t testing.TB, name string, set isa.Set, threads int) *engine.Task {
	t.Helper()
	task, err := engine.New(Builder(parse(t, name), set), engine.Options{Seed: 5, Threads: threads, Sets: Sets})
	require.NoError(t, err, name)
	require.NoError(t, task.Run(context.Background(), 0, 2))
	return task
}

// requireRight asks for many points and holds them against the definition.
func requireRight(t testing.TB, name string, set isa.Set, threads int) {
	t.Helper()
	task, w, c := ran(t, name, set, threads), parse(t, name), workloads.NewChecker(5)
	defer task.Close()
	for nonce := range uint64(8) {
		points := c.Points(w, nonce)
		values, err := task.Values(points)
		require.NoError(t, err)
		ratio, err := c.Ratio(w, 1, points, values)
		require.NoError(t, err)
		require.LessOrEqual(t, ratio, 1.0, "%s by %s in %d threads", name, task.Kernel, threads)
	}
}

func TestPeaksOfEverySet(t *testing.T) {
	for _, set := range isa.Available() {
		for d, k := range kernelsOf(set).peak {
			require.Zero(t, workloads.PeakTile%k.vectors)
			for _, steps := range []int{1, 2, 7, 64} {
				requireRight(t, fmt.Sprintf("peak/%s/steps=%d", d, steps), set, 1+steps%3)
			}
		}
	}
}

// A peak of many steps is still right: rounding has room to show.
func TestPeakOfUsualLength(t *testing.T) {
	best := isa.Available()[0]
	for d := range kernelsOf(best).peak {
		if best.Name != isa.Portable {
			requireRight(t, "peak/"+string(d), best, 2)
		}
	}
}

func TestStreamsOfEverySet(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, set := range isa.Available() {
		for _, kernel := range []string{"read", "copy", "triad"} {
			for _, bytes := range []int{4096, 16384, workloads.StreamPrivate, workloads.StreamPrivate + 4096, 4096 + random.IntN(3<<20)} {
				for threads := 1; threads <= 3; threads++ {
					name := fmt.Sprintf("stream/%s/bytes=%d/passes=%d", kernel, bytes, 1+random.IntN(5))
					requireRight(t, name, set, threads)
					if kernel != "read" {
						requireRight(t, name+"/nt", set, threads)
					}
				}
			}
		}
	}
}

func TestWhatIsNotThereIsUnsupported(t *testing.T) {
	for _, c := range []struct {
		name string
		set  isa.Set
		want string
	}{
		{"peak/bf16", isa.Set{Name: isa.Portable}, "portable has no multiply-add of bf16: choose another type"},
		{"peak/int8", isa.Set{Name: isa.Portable}, "portable has no multiply-add of int8"},
		{"peak/fp32/isa=avx512", isa.Set{Name: isa.Portable}, "instruction set avx512: this run has [portable]"},
		{"peak/fp32/isa=sve9", isa.Available()[0], "instruction set sve9: this run has ["},
		{"matmul/fp32/n=4", isa.Set{Name: isa.Portable}, "choose a peak or a stream"},
	} {
		_, err := engine.Plan(Builder(parse(t, c.name), c.set), 1)
		require.ErrorIs(t, err, ErrUnsupported)
		require.ErrorContains(t, err, c.want)
	}
	require.NotContains(t, kernelsOf(isa.Set{Name: isa.AVX2}).peak, workloads.INT8, "widening sequences are no peak")
	require.NotContains(t, kernelsOf(isa.Set{Name: isa.AVX512}).peak, workloads.BF16)
}

func TestAPeakMayNameALowerSet(t *testing.T) {
	sets := isa.Available()
	for i, set := range sets {
		for j, named := range sets {
			_, err := engine.Plan(Builder(parse(t, "peak/fp32/isa="+named.Name), set), 1)
			require.Equal(t, j >= i, err == nil, "%s in a run of %s", named.Name, set.Name)
		}
	}
}

// A step, a pass or an iteration left out is found: the check must be able to fail.
func TestChecksSeeWorkLeftOut(t *testing.T) {
	for _, name := range []string{"peak/fp32/steps=500", "stream/read/bytes=8192/passes=3", "stream/read/bytes=2097152", "stream/triad/bytes=8192", "stream/copy/bytes=8192/nt"} {
		w := parse(t, name)
		task := ran(t, less(w).Name(), isa.Available()[0], 2)
		set := 1
		if less(w) == w {
			set = 0 // as if the last iteration had not been done: a copy does not tell its passes
		}
		c := workloads.NewChecker(5)
		points := c.Points(w, 3)
		values, err := task.Values(points)
		require.NoError(t, err)
		ratio, err := c.Ratio(w, set, points, values)
		require.NoError(t, err)
		require.Greater(t, ratio, 1.0, name)
		require.NoError(t, task.Close())
	}
}

// less does one step or one pass too few of what has more than one.
func less(w workloads.Workload) workloads.Workload {
	switch w := w.(type) {
	case workloads.Peak:
		w.Steps--
		return w
	case workloads.Stream:
		if w.Kernel == workloads.StreamRead {
			w.Passes--
		}
		return w
	}
	return w
}

func TestMemoryIsPlanned(t *testing.T) {
	for name, want := range map[string]engine.Need{
		"stream/read/bytes=8192":     {SetBytes: 3 * 8192, RestBytes: 3 * 64},
		"stream/copy/bytes=8192":     {SetBytes: 3 * 4096, RestBytes: 3 * 4096},
		"stream/triad/bytes=3145728": {SetBytes: 2 << 20, RestBytes: 1 << 20},
	} {
		need, err := engine.Plan(Builder(parse(t, name), isa.Available()[0]), 3)
		require.NoError(t, err)
		require.Equal(t, want, need, name)
	}
}

func TestTheLoopAllocatesNothing(t *testing.T) {
	for _, name := range []string{"peak/fp32/steps=2", "stream/read/bytes=8192/passes=2", "stream/triad/bytes=8192/nt/passes=2"} {
		task := ran(t, name, isa.Available()[0], 2)
		require.Zero(t, testing.AllocsPerRun(3, func() { _ = task.Run(context.Background(), 0, 2) }), name)
		require.NoError(t, task.Close())
	}
}

func TestGeneratedFilesAreTheGenerators(t *testing.T) {
	out, err := exec.Command("go", "run", "./gen", "-check").CombinedOutput()
	require.NoError(t, err, string(out))
}

// BenchmarkCeilings prints what one and two threads reach: go test -bench Ceilings
func BenchmarkCeilings(b *testing.B) {
	names := []string{
		"peak/fp64", "peak/fp32", "peak/bf16", "peak/int8",
		"stream/read/bytes=16384", "stream/copy/bytes=16384", "stream/triad/bytes=16384",
		"stream/read/bytes=262144", "stream/read/bytes=8388608", "stream/triad/bytes=8388608",
		"stream/read/bytes=536870912", "stream/copy/bytes=536870912", "stream/triad/bytes=536870912",
		"stream/copy/bytes=536870912/nt", "stream/triad/bytes=536870912/nt",
	}
	for _, set := range isa.Available() {
		for _, name := range names {
			for threads := 1; threads <= 2; threads++ {
				w := parse(b, name)
				b.Run(fmt.Sprintf("%s/%s-%d", set.Name, name, threads), func(b *testing.B) {
					task, err := engine.New(Builder(w, set), engine.Options{Seed: 1, Threads: threads, Sets: Sets})
					if err != nil {
						b.Skip(err)
					}
					defer task.Close()
					_ = task.Run(context.Background(), 0, 1) // touches the pages of the output
					b.ResetTimer()
					_ = task.Run(context.Background(), 0, b.N)
					b.ReportMetric(w.Ops()*float64(b.N)/b.Elapsed().Seconds()/1e9, "GF/s")
					b.ReportMetric(w.Bytes()*float64(b.N)/b.Elapsed().Seconds()/1e9, "GB/s")
				})
			}
		}
	}
}
