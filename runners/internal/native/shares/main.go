// Command shares says where the time of a transformer layer goes: each step's share of
// an iteration, the rate of the whole against the peak of multiply-adds measured in
// turn with it, and for decode the traffic against the rate of reading.
//
//	go run ./runners/internal/native/shares -type bf16 -threads 2
//	go run ./runners/internal/native/shares -phase decode -tokens 1 -context 512 -batch 1
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"slices"
	"strings"
	"time"

	"joulemark/runners/internal/ceiling"
	"joulemark/runners/internal/engine"
	"joulemark/runners/internal/gemm"
	"joulemark/runners/internal/isa"
	"joulemark/runners/internal/native"
	"joulemark/workloads"
)

// The layer that a model's shape replaces.
var usual = workloads.Layer{Model: workloads.Custom, Hidden: 1024, Heads: 16, KVHeads: 16, HeadDim: 64, FFN: 4096,
	Norm: workloads.LayerNormPre, Act: workloads.GELUTanh, Attention: workloads.Full, Bias: true, Eps: 1e-5}

var (
	model   = flag.String("model", workloads.Custom, "a model of the table, or custom: 1024 wide, 16 heads, 4096 between")
	phase   = flag.String("phase", "prefill", "prefill or decode")
	types   = flag.String("type", "fp32,bf16,int8", "types")
	batch   = flag.Int("batch", 4, "sequences")
	tokens  = flag.Int("tokens", 512, "new tokens of a sequence")
	past    = flag.Int("context", 0, "cached tokens")
	threads = flag.Int("threads", 1, "workers")
	sets    = flag.Int("sets", 2, "operand sets")
	rounds  = flag.Int("rounds", 7, "rounds")
	set     = flag.String("isa", "", "instruction set")
	iters   = flag.Int("iters", 1, "iterations a round")
	l2      = flag.Int("l2", 1<<20, "bytes of the second-level cache")
)

func main() {
	flag.Parse()
	on, err := isa.Choose(*set)
	check(err)
	for _, d := range strings.Split(*types, ",") {
		l := usual
		if *model != workloads.Custom {
			l = workloads.Layer{Model: *model}.WithDefaults()
		}
		l.Phase, l.Type, l.Batch, l.Tokens, l.Context = workloads.Phase(*phase), workloads.DType(d), *batch, *tokens, *past
		if l.Phase == workloads.Decode {
			l.Attention = workloads.Causal
		}
		measure(on, l.WithDefaults())
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// measure takes turns between the ceiling and the layer, and prints medians.
func measure(on isa.Set, l workloads.Layer) {
	build, ok := native.Target{Set: on, Caches: gemm.Caches{L1Bytes: 32 << 10, L2Bytes: *l2, L3Bytes: 32 << 20}}.Builder(l)
	if !ok {
		log.Fatalf("%s has no kernels for %s", on, l.Name())
	}
	task := start(build, *sets)
	defer task.Close()
	roofOf := workloads.Workload(workloads.Peak{Type: peakType(l.Type)}.WithDefaults())
	work := l.Ops()
	if l.Phase == workloads.Decode {
		roofOf, work = workloads.Stream{Kernel: workloads.StreamRead, Footprint: 256 << 20, Passes: 1}.WithDefaults(), l.Bytes()
	}
	roof := start(ceiling.Builder(roofOf, on), ceiling.Sets)
	defer roof.Close()
	roofWork := roofOf.Ops()
	if l.Phase == workloads.Decode {
		roofWork = roofOf.Bytes()
	}
	pool := engine.NewPool(*threads)
	defer pool.Close()
	steps := make([][]float64, len(task.Steps))
	var rates, roofs, ratios []float64
	for i := range *rounds + 1 {
		ceilingRate := roofWork / seconds(roof, 2*i, 2) * 2
		rate := work * float64(*iters) / seconds(task, i*(*iters), *iters)
		if i == 0 {
			continue // pages and caches
		}
		rates, roofs, ratios = append(rates, rate), append(roofs, ceilingRate), append(ratios, rate/ceilingRate)
		each(task, pool, 2*i) // wakes the workers
		for s, t := range each(task, pool, 2*i+1) {
			steps[s] = append(steps[s], t)
		}
	}
	fmt.Printf("%s\n%s\n%.4g G/s of %.4g: %.3f\n", l.Name(), task.Kernel, median(rates)/1e9, median(roofs)/1e9, median(ratios))
	total := 0.0
	for s := range steps {
		total += median(steps[s])
	}
	for s := range steps {
		t := median(steps[s])
		fmt.Printf("  %-18s %9.3f ms %5.1f %%\n", task.Steps[s].Name, t*1e3, 100*t/total)
	}
}

// each does one iteration and gives the seconds of its steps.
func each(task *engine.Task, pool *engine.Pool, iteration int) []float64 {
	for _, o := range task.Operands {
		o.Use(iteration % task.Sets())
	}
	seconds := make([]float64, len(task.Steps))
	for s := range task.Steps {
		begun := time.Now()
		pool.Run(&task.Steps[s])
		seconds[s] = time.Since(begun).Seconds()
	}
	return seconds
}

// peakType is the type whose multiply-adds bound a layer.
func peakType(d workloads.DType) workloads.DType {
	if d == workloads.TF32 {
		return workloads.FP32
	}
	return d
}

func start(build engine.Build, sets int) *engine.Task {
	task, err := engine.New(build, engine.Options{Seed: 1, Threads: *threads, Sets: sets})
	check(err)
	return task
}

func seconds(task *engine.Task, first, iters int) float64 {
	begun := time.Now()
	check(task.Run(context.Background(), first, iters))
	return time.Since(begun).Seconds()
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}
