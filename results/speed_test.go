package results_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"
	"time"

	"joulemark/results"
	"joulemark/results/joules"
	"joulemark/results/resultstest"

	"github.com/stretchr/testify/require"
)

// bigRun is a folder of 100,000 samples and 1,000,000 readings of one counter.
func bigRun(tb testing.TB, dir string) {
	tb.Helper()
	require.NoError(tb, resultstest.MakeRun(dir, resultstest.Options{
		Trials: 50_000, WindowS: 0.4, PollS: 0.5, Seed: 1, Noise: 0.01,
		Workloads: []string{"matmul/fp32/m=512/n=512/k=512", "matmul/bf16/m=512/n=512/k=512"},
		Sensors:   []resultstest.Sensor{resultstest.Counter("package-0", joules.Package, "cpu:0", 30, 150)},
	}))
}

// BenchmarkFolder is the promise that a large folder is read, summarised and
// verified in under 5 s and 500 MB on a slow machine of two cores:
//
//	go test -run - -bench Folder -benchtime 1x ./results
func BenchmarkFolder(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "run")
	bigRun(b, dir)
	debug.FreeOSMemory() // what making the folder took
	b.ResetTimer()
	stop := watchMemory()
	for b.Loop() {
		run, err := results.Open(dir)
		require.NoError(b, err)
		require.Len(b, run.Samples, 100_000)
		require.GreaterOrEqual(b, len(run.Points["rapl:package-0"]), 1_000_000)
		require.Len(b, results.Summarise(run.Samples), 2)
		findings, err := run.Verify()
		require.NoError(b, err)
		require.Empty(b, findings)
	}
	b.ReportMetric(float64(stop())/1e6, "MB-peak")
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/folder")
}

// watchMemory samples what the process holds of the machine's memory (what the
// runtime has from the system, where there is no /proc); the function it returns
// gives the largest value seen.
func watchMemory() func() uint64 {
	var peak atomic.Uint64
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			peak.Store(max(peak.Load(), heldMemory()))
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() uint64 { close(done); <-ended; return peak.Load() }
}

func heldMemory() uint64 {
	var total, resident uint64
	if b, err := os.ReadFile("/proc/self/statm"); err == nil {
		if _, err := fmt.Sscan(string(b), &total, &resident); err == nil {
			return resident * uint64(os.Getpagesize())
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys - m.HeapReleased
}

func TestMain(m *testing.M) {
	if dir := os.Getenv("JOULEMARK_TEST_FULL_DISK"); dir != "" {
		fillDisk(dir)
		return
	}
	os.Exit(m.Run())
}
