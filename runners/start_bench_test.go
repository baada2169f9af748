package runners

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"joulemark/workloads"
)

// BenchmarkFirstProduct is what a user waits for: a worker of the runner cpu is started,
// makes its operand sets and multiplies 512 x 512 matrices once.
func BenchmarkFirstProduct(b *testing.B) {
	wl := workloads.Matmul{M: 512, N: 512, K: 512, Type: workloads.FP32}
	for b.Loop() {
		w, err := Start(b.Context(), Launch{Runner: "cpu", Argv: []string{os.Args[0]}, Env: []string{fakeWorker + "=cpu"}, Limits: Limits{Exit: patient}})
		require.NoError(b, err)
		_, err = w.Prepare(b.Context(), "cpu", wl, Options{})
		require.NoError(b, err)
		p, err := w.Submit(0, 1)
		require.NoError(b, err)
		_, err = p.Wait(b.Context(), time.Second)
		require.NoError(b, err)
		b.StopTimer()
		require.NoError(b, w.Close())
		b.StartTimer()
	}
}
