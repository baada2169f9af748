package portable

import (
	"context"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/engine"
	"joulemark/workloads"
)

// go test -bench . ./runners/internal/portable: operations per second of the
// steps that the suite `quick` has for a CPU, and skinny ones.
func BenchmarkWorkloads(b *testing.B) {
	for _, name := range []string{
		"matmul/fp64/m=512/n=512/k=512",
		"matmul/fp32/m=512/n=512/k=512",
		"matmul/fp32/m=1024/n=1024/k=1024",
		"matmul/bf16/m=1024/n=1024/k=1024",
		"matmul/tf32/m=1024/n=1024/k=1024",
		"matmul/fp16/m=1024/n=1024/k=1024",
		"matmul/fp8_e4m3/m=1024/n=1024/k=1024",
		"matmul/int8/m=1024/n=1024/k=1024",
		"matmul/int4/m=1024/n=1024/k=1024",
		"matmul/int4/m=4/n=4096/k=4096",
		"matmul/fp32/m=64/n=64/k=64",
		"matmul/fp32/m=4/n=4096/k=4096",
		"layer/gpt2-small/prefill/fp32/b=1/t=512/c=0",
		"layer/gpt2-small/prefill/bf16/b=1/t=256/c=0",
		"layer/gpt2-small/decode/fp32/b=1/t=1/c=1024",
		"layer/gpt2-small/decode/fp16/b=1/t=1/c=1024",
		"layer/gpt2-small/decode/bf16/b=1/t=1/c=1024",
	} {
		b.Run(name, func(b *testing.B) {
			w, err := workloads.Parse(name)
			require.NoError(b, err)
			task, err := New(w, engine.Options{Seed: seed, Threads: runtime.GOMAXPROCS(0), Sets: 4})
			require.NoError(b, err)
			defer task.Close()
			predicted := task.IterationS()
			b.ResetTimer()
			require.NoError(b, task.Run(context.Background(), 0, b.N))
			b.ReportMetric(w.Ops()*float64(b.N)/b.Elapsed().Seconds(), "op/s")
			b.ReportMetric(predicted*float64(b.N)/b.Elapsed().Seconds(), "predicted/took")
		})
	}
}
