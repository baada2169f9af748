// Command shares says where the time of a transformer layer goes: each step's share of
// an iteration, the rate of the whole against the peak of multiply-adds measured in
// turn with it (fp32's where the type has none), and for decode the traffic against the
// rate of reading. Types take turns as well, and the last column tells how much faster
// each step is than the first type's.
//
//	go run ./runners/internal/native/shares -type bf16 -threads 2
//	go run ./runners/internal/native/shares -phase decode -tokens 1 -context 512 -batch 1
package main

import (
	"context"
	"flag"
	"log"
	"slices"
	"strings"
	"time"

	"joulemark/runners/internal/engine"
	"joulemark/runners/internal/isa"
	"joulemark/workloads"
)

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
	var entries []*entry
	for _, d := range strings.Split(*types, ",") {
		e := newEntry(on, layer(workloads.DType(d)))
		defer e.close()
		entries = append(entries, e)
	}
	pool := engine.NewPool(*threads)
	defer pool.Close()
	for i := range *rounds + 1 { // the first is for pages and caches
		for _, e := range entries {
			e.turn(pool, i)
		}
	}
	for _, e := range entries {
		e.print(entries[0])
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
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
