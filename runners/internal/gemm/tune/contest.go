package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"joulemark/runners/internal/ceiling"
	"joulemark/runners/internal/engine"
	"joulemark/runners/internal/isa"
	"joulemark/workloads"
)

// A contest times entries in turn.
type contest struct {
	workers int
	pool    *engine.Pool
	entries []*entry
	ends    []func()
	rivalry *entry // what new products are compared with, besides the ceilings; nil: nothing
}

// An entry does the same work in each call; rates are of its turns.
type entry struct {
	name       string
	ops, bytes float64 // of a call
	call       func()
	rival      *entry    // of the same work, or nil
	rates      []float64 // calls per second
}

func newContest(workers int) *contest {
	return &contest{workers: workers, pool: engine.NewPool(workers)}
}

func (c *contest) close() {
	c.pool.Close()
	for _, end := range c.ends {
		end()
	}
}

// ceilings adds the peak of the type and the read loop.
func (c *contest) ceilings(set isa.Set, name string) error {
	for _, name := range []string{"peak/" + name, "stream/read/bytes=268435456"} {
		w, err := workloads.Parse(name)
		if err != nil {
			return err
		}
		task, err := engine.New(ceiling.Builder(w, set), engine.Options{Seed: 1, Threads: c.workers, Sets: 1})
		if errors.Is(err, ceiling.ErrUnsupported) { // the set widens the type to fp32
			return c.ceilings(set, "fp32")
		}
		if err != nil {
			return err
		}
		c.ends = append(c.ends, func() { task.Close() })
		c.entries = append(c.entries, &entry{name: name, ops: w.Ops(), bytes: w.Bytes(), call: func() { _ = task.Run(context.Background(), 0, 1) }})
	}
	return nil
}

// rounds lets every entry have its turn so many times.
func (c *contest) rounds(rounds int, turn time.Duration) {
	for _, e := range c.entries {
		e.turn(turn / 4) // warm-up
	}
	for round := range rounds {
		order := slices.Clone(c.entries)
		if round%2 == 1 {
			slices.Reverse(order)
		}
		for _, e := range order {
			e.rates = append(e.rates, e.turn(turn))
		}
	}
}

// turn calls for at least so long.
func (e *entry) turn(least time.Duration) float64 {
	start, calls := time.Now(), 0
	for time.Since(start) < least {
		e.call()
		calls++
	}
	return float64(calls) / time.Since(start).Seconds()
}

// print tells the medians, of rates and of their ratios to the two ceilings in the same
// round: what holds up one holds up the others.
func (c *contest) print(to io.Writer) {
	peak, read := c.entries[0], c.entries[1]
	for _, e := range c.entries {
		var ofPeak, ofRead, ofRival []float64
		for i, rate := range e.rates {
			ofPeak = append(ofPeak, rate*e.ops/(peak.rates[i]*peak.ops))
			ofRead = append(ofRead, rate*e.bytes/(read.rates[i]*read.bytes))
			if e.rival != nil {
				ofRival = append(ofRival, rate/e.rival.rates[i])
			}
		}
		rate := median(e.rates)
		rival := ""
		if e.rival != nil {
			rival = fmt.Sprintf("%.3f of its rival  ", median(ofRival))
		}
		fmt.Fprintf(to, "%d  %7.1f GF/s  %.3f of peak  %6.1f GB/s of B  %.3f of read  %s%s\n",
			c.workers, rate*e.ops/1e9, median(ofPeak), rate*e.bytes/1e9, median(ofRead), rival, e.name)
	}
}

func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	if len(x) == 0 {
		return 0
	}
	return x[len(x)/2]
}
