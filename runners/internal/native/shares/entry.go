package main

import (
	"errors"
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

// layer is what the flags describe, of a type.
func layer(d workloads.DType) workloads.Layer {
	l := usual
	if *model != workloads.Custom {
		l = workloads.Layer{Model: *model}.WithDefaults()
	}
	l.Phase, l.Type, l.Batch, l.Tokens, l.Context = workloads.Phase(*phase), d, *batch, *tokens, *past
	if l.Phase == workloads.Decode {
		l.Attention = workloads.Causal
	}
	return l.WithDefaults()
}

// An entry is a layer with its ceiling, and what their turns took.
type entry struct {
	layer           workloads.Layer
	roofOf          workloads.Workload
	task, roof      *engine.Task
	work, roofWork  float64 // of an iteration: operations, or bytes in decode
	rates, roofs    []float64
	ratios          []float64
	steps           [][]float64 // seconds of each step
	projectionTimes []float64   // of all products with weights together
}

func newEntry(on isa.Set, l workloads.Layer) *entry {
	build, ok := native.Target{Set: on, Caches: gemm.Caches{L1Bytes: 32 << 10, L2Bytes: *l2, L3Bytes: 32 << 20}}.Builder(l)
	if !ok {
		log.Fatalf("%s has no kernels for %s", on, l.Name())
	}
	e := &entry{layer: l, task: start(build, *sets)}
	e.steps = make([][]float64, len(e.task.Steps))
	if l.Phase == workloads.Decode {
		e.roofOf = workloads.Stream{Kernel: workloads.StreamRead, Footprint: 256 << 20, Passes: 1}.WithDefaults()
		e.work, e.roofWork = l.Bytes(), e.roofOf.Bytes()
	} else {
		e.roofOf = workloads.Peak{Type: peakType(on, l.Type)}.WithDefaults()
		e.work, e.roofWork = l.Ops(), e.roofOf.Ops()
	}
	e.roof = start(ceiling.Builder(e.roofOf, on), ceiling.Sets)
	return e
}

func (e *entry) close() {
	check(errors.Join(e.task.Close(), e.roof.Close()))
}

// peakType is the type whose multiply-adds bound a layer: its own, or fp32, to which it
// is widened where the set multiplies none of its own.
func peakType(on isa.Set, d workloads.DType) workloads.DType {
	own := workloads.Peak{Type: d}.WithDefaults()
	if _, err := engine.Plan(ceiling.Builder(own, on), 1); errors.Is(err, ceiling.ErrUnsupported) {
		return workloads.FP32
	}
	return d
}

// turn times the ceiling, then iterations, then the steps of one. Round 0 does not count.
func (e *entry) turn(pool *engine.Pool, round int) {
	ceilingRate := e.roofWork / seconds(e.roof, 2*round, 2) * 2
	rate := e.work * float64(*iters) / seconds(e.task, round*(*iters), *iters)
	each(e.task, pool, 2*round) // wakes the workers
	times := each(e.task, pool, 2*round+1)
	if round == 0 {
		return
	}
	e.rates, e.roofs, e.ratios = append(e.rates, rate), append(e.roofs, ceilingRate), append(e.ratios, rate/ceilingRate)
	projections := 0.0
	for s, t := range times {
		e.steps[s] = append(e.steps[s], t)
		if strings.HasPrefix(e.task.Steps[s].Name, "w") {
			projections += t
		}
	}
	e.projectionTimes = append(e.projectionTimes, projections)
}

// print tells medians; ratios to the first entry are of the same rounds.
func (e *entry) print(first *entry) {
	fmt.Printf("%s\n%s\n%.4g G/s, %.3f of %s at %.4g\n", e.layer.Name(), e.task.Kernel, median(e.rates)/1e9, median(e.ratios), e.roofOf.Name(), median(e.roofs)/1e9)
	total := 0.0
	for s := range e.steps {
		total += median(e.steps[s])
	}
	for s, step := range e.task.Steps {
		ratio := ""
		if t := slices.IndexFunc(first.task.Steps, func(other engine.Step) bool { return other.Name == step.Name }); t >= 0 {
			ratio = fmt.Sprintf("%6.2f", medianRatio(first.steps[t], e.steps[s]))
		}
		t := median(e.steps[s])
		fmt.Printf("  %-18s %9.3f ms %5.1f %% %s\n", step.Name, t*1e3, 100*t/total, ratio)
	}
	fmt.Printf("  %-18s %9.3f ms         %6.2f\n", "all weights", median(e.projectionTimes)*1e3, medianRatio(first.projectionTimes, e.projectionTimes))
}

// medianRatio is of a to b, round by round.
func medianRatio(a, b []float64) float64 {
	ratios := make([]float64, len(a))
	for i := range a {
		ratios[i] = a[i] / b[i]
	}
	return median(ratios)
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
