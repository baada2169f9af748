package engine

import (
	"runtime"
	"testing"
	"time"
)

// BenchmarkStep is what a step costs that does nothing: handing it to every worker
// and seeing that all have ended.
func BenchmarkStep(b *testing.B) {
	pool := NewPool(runtime.GOMAXPROCS(0))
	defer pool.Close()
	for name, step := range map[string]*Step{
		"each":  {Chunks: pool.Workers(), Each: true, Do: func(_, _ int) {}},
		"dealt": {Chunks: 2 * pool.Workers(), Do: func(_, _ int) {}},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				pool.Run(step)
			}
		})
	}
}

// BenchmarkStepAfterSleep is the first step of a window, when all sleep.
func BenchmarkStepAfterSleep(b *testing.B) {
	pool := NewPool(runtime.GOMAXPROCS(0))
	defer pool.Close()
	step := &Step{Chunks: pool.Workers(), Each: true, Do: func(_, _ int) {}}
	var took time.Duration
	for b.Loop() {
		time.Sleep(10 * time.Millisecond)
		start := time.Now()
		pool.Run(step)
		took += time.Since(start)
	}
	b.ReportMetric(float64(took.Nanoseconds())/float64(b.N), "ns/step")
}
