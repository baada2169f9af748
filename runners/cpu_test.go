package runners

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/isa"
	"joulemark/workloads"
)

// smallCPU is the cpu runner on a machine with a cache of 1 MiB.
func smallCPU(freeBytes int64) cpuRunner {
	return cpuRunner{cpuMachine{totalBytes: 1 << 34, cacheBytes: 1 << 20, freeBytes: func() int64 { return freeBytes }}}
}

func prepareCPU(t *testing.T, name string, o Options) (Task, workloads.Workload) {
	t.Helper()
	w, err := workloads.Parse(name)
	require.NoError(t, err)
	task, err := smallCPU(1<<32).Prepare(Device{ID: "cpu"}, w, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, task.Close()) })
	return task, w
}

func TestCPUIsRegistered(t *testing.T) {
	e, ok := Lookup("cpu")
	require.True(t, ok)
	r, err := e.Open(Setup{})
	require.NoError(t, err)
	devices, err := r.Devices()
	require.NoError(t, err)
	require.Len(t, devices, 1)
	d := devices[0]
	require.Equal(t, []string{"cpu", "cpu", "cpu", "cpu"}, []string{d.ID, d.Kind, d.Match, e.DeviceKind})
	require.NotEmpty(t, d.Name)
}

func TestCPUComputesWhatTheCheckerChecks(t *testing.T) {
	for _, name := range []string{
		"matmul/fp64/m=64/n=80/k=96", "matmul/fp32/m=64/n=80/k=96", "matmul/tf32/m=64/n=80/k=96", "matmul/fp16/m=64/n=80/k=96", "matmul/bf16/m=64/n=80/k=96",
		"matmul/fp8_e4m3/m=64/n=80/k=96", "matmul/fp8_e5m2/m=64/n=80/k=96", "matmul/int8/m=64/n=80/k=96", "matmul/int4/m=64/n=80/k=200",
		"layer/gpt2-small/prefill/fp32/b=1/t=5/c=0", "layer/gpt2-small/decode/bf16/b=1/t=1/c=9",
		"layer/gpt2-small/prefill/tf32/b=1/t=5/c=0", "layer/gpt2-small/decode/fp16/b=1/t=1/c=9",
		"layer/gpt2-small/prefill/int8/b=1/t=5/c=0", "layer/gpt2-small/decode/int8/b=1/t=1/c=9",
		"peak/fp32", "stream/triad/bytes=262144",
	} {
		for _, s := range isa.Available() {
			requireSet1Of(t, name, s.Name)
		}
	}
}

// requireSet1Of fails unless the outputs of a workload by an instruction set are those
// of the set that comes last.
func requireSet1Of(t *testing.T, name, set string) {
	t.Helper()
	task, w := prepareCPU(t, name, Options{Seed: 11, ISA: set})
	sets := task.Info().Sets
	require.NoError(t, task.Run(context.Background(), 0, sets+2), name)
	checker := workloads.NewChecker(11)
	points := checker.Points(w, 5)
	values, err := task.Values(points)
	require.NoError(t, err)
	ratio, err := checker.Ratio(w, 1%sets, points, values)
	require.NoError(t, err)
	require.LessOrEqual(t, ratio, 1.0, "%s by %s", name, set)
}

func TestCPUInfo(t *testing.T) {
	task, _ := prepareCPU(t, "matmul/fp32/m=100/n=100/k=100", Options{Threads: 1, ISA: isa.Portable})
	info := task.Info()
	require.Equal(t, 27, info.Sets) // 2 MiB / 80,000 bytes, rounded up
	require.Equal(t, 1, info.Threads)
	require.Equal(t, map[string]string{"go": runtime.Version()}, info.Libraries)
	require.Contains(t, info.Kernel, "portable go")
	require.Greater(t, info.MemoryBytes, int64(27*80_000))
	require.Positive(t, info.ItersHint)
}

func TestCPUThreadsAreThoseThatRun(t *testing.T) {
	usable := cpuThreads(0)
	require.LessOrEqual(t, usable, runtime.GOMAXPROCS(0))
	for asked, want := range map[int]int{-1: usable, 1: 1, usable: usable, usable + 5: usable} {
		require.Equal(t, want, cpuThreads(asked), "asked for %d", asked)
	}
}

func TestThreadsThatLimitsLeave(t *testing.T) {
	for _, c := range []struct {
		what  string
		cpus  int
		quota float64
		want  int
	}{
		{"affinity to one CPU", 1, 0, 1},
		{"half a CPU", 4, 0.5, 1},
		{"one and a half", 4, 1.5, 2},
		{"three CPUs of four", 4, 3, 3},
		{"a quota above what is there", 4, 9, 4},
	} {
		require.Equal(t, c.want, usableThreads(c.cpus, c.quota), c.what)
	}
}

func TestCPURefuses(t *testing.T) {
	for _, c := range []struct {
		workload string
		o        Options
		says     string
	}{
		{"matmul/fp16/m=8/n=8/k=8/sparsity=2:4", Options{}, "it does dense matmul"},
		{"layer/gpt2-small/train/fp32/b=1/t=8/c=0", Options{}, "computed by no runner of this version"},
		{"matmul/fp32/m=100000/n=100000/k=1000", Options{}, "needs 38.7 GiB, 3.6 GiB free"},
		{"layer/gpt3-175b/decode/fp32/b=1/t=1/c=100", Options{}, "GiB free: take a smaller workload"},
		{"matmul/fp32/m=8/n=8/k=8", Options{ISA: "sse9"}, `this processor has no instruction set "sse9": use `},
	} {
		w, err := workloads.Parse(c.workload)
		require.NoError(t, err)
		_, err = smallCPU(1<<32).Prepare(Device{ID: "cpu"}, w, c.o)
		require.ErrorIs(t, err, ErrUnsupported, c.workload)
		require.ErrorContains(t, err, c.says)
		require.False(t, errors.Is(err, ErrUnavailable) || errors.Is(err, ErrFailed))
	}
}

func TestOperandSets(t *testing.T) {
	const mib = 1 << 20
	for _, c := range []struct {
		what                   string
		set, rest, cache, free int64
		want                   int
	}{
		{"twice the cache", mib, 0, 32 * mib, 1000 * mib, 64},
		{"rounded up", 3 * mib, 0, 32 * mib, 1000 * mib, 22},
		{"two at least", 500 * mib, 0, 32 * mib, 2000 * mib, 2},
		{"cache unknown", mib, 0, 0, 1000 * mib, 64},
		{"memory unknown", mib, 0, 32 * mib, 0, 64},
		{"what fits", 10 * mib, 5 * mib, 1000 * mib, 100 * mib, 8},
		{"two just fit", 40 * mib, 10 * mib, 1000 * mib, 100 * mib, 2},
		{"tiny operands", 2, 0, 32 * mib, 1000 * mib, mostSets},
	} {
		got, err := operandSets(c.set, c.rest, c.cache, c.free)
		require.NoError(t, err, c.what)
		require.Equal(t, c.want, got, c.what)
	}
	_, err := operandSets(40*mib, 11*mib, mib, 100*mib)
	require.ErrorContains(t, err, "needs 0.0889 GiB, 0.0879 GiB free")
}
