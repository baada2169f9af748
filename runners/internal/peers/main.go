// Command peers holds each library through Joulemark's worker against the same
// library in its own simplest loop, a program of a few lines in the folder simplest that
// knows nothing of Joulemark. Both do the same work on as many operands, in fresh
// processes that take turns, so that what else the machine does hits both alike:
//
//	make build && go run ./runners/internal/peers --joulemark bin/joulemark
//
// What counts is the ratio of medians; 1 means that the harness costs nothing.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"text/tabwriter"

	"joulemark/runners"
)

// settings are the flags.
type settings struct {
	joulemark string
	parts     string
	rounds    int
	threads   int
	seconds   float64
	only      string
}

func main() {
	var s settings
	flag.StringVar(&s.joulemark, "joulemark", "bin/joulemark", "the program whose workers are timed")
	flag.StringVar(&s.parts, "parts", "", "folder of .ci/parts; default: JOULEMARK_PARTS or the user's cache")
	flag.IntVar(&s.rounds, "rounds", 7, "turns of each pair")
	flag.IntVar(&s.threads, "threads", 2, "compute threads of both")
	flag.Float64Var(&s.seconds, "seconds", 1, "length of a window")
	flag.StringVar(&s.only, "only", "", "name of one library: onednn, openblas, xla or torch")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := compare(ctx, s); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

// A line is what one pair came to.
type line struct {
	Library  string    `json:"library"`
	Workload string    `json:"workload"`
	Threads  int       `json:"threads"`
	Kernel   string    `json:"kernel"`
	Ours     []float64 `json:"joulemark_op_s"` // of each round
	Simplest []float64 `json:"simplest_op_s"`
	Ratio    float64   `json:"ratio"`     // of the medians
	Low      float64   `json:"ratio_low"` // of the rounds, which are pairs in time
	High     float64   `json:"ratio_high"`
}

// compare runs every pair and prints a table, and the numbers behind it as JSON
// lines on stdout.
func compare(ctx context.Context, s settings) error {
	all, err := pairs(s)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(os.Stderr, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "library\tworkload\tthreads\tJoulemark GOP/s\tsimplest loop GOP/s\tratio\tof the rounds")
	out := json.NewEncoder(os.Stdout)
	for _, p := range all {
		l, err := p.turns(ctx, s)
		if err != nil {
			return fmt.Errorf("%s %s: %w", p.library, p.workload.Name(), err)
		}
		if err := out.Encode(l); err != nil {
			return err
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%.1f\t%.1f\t%.3f\t%.3f…%.3f\n", l.Library, l.Workload, l.Threads, median(l.Ours)/1e9, median(l.Simplest)/1e9, l.Ratio, l.Low, l.High)
	}
	return table.Flush()
}

// turns measures a pair: ours first in even rounds, the simplest loop in odd ones.
func (p pair) turns(ctx context.Context, s settings) (line, error) {
	l := line{Library: p.library, Workload: p.workload.Name(), Threads: s.threads}
	var ratios []float64
	for round := range s.rounds {
		for turn := range 2 {
			var rate float64
			var err error
			if (round+turn)%2 == 0 {
				rate, l.Kernel, err = p.ours(ctx, s)
				l.Ours = append(l.Ours, rate)
			} else {
				rate, err = p.simplest(ctx, s)
				l.Simplest = append(l.Simplest, rate)
			}
			if err != nil {
				return l, err
			}
		}
		ratios = append(ratios, l.Ours[round]/l.Simplest[round])
	}
	l.Ratio, l.Low, l.High = median(l.Ours)/median(l.Simplest), slices.Min(ratios), slices.Max(ratios)
	return l, nil
}

// ours is one window of Joulemark's worker, after a warm-up without a gap.
func (p pair) ours(ctx context.Context, s settings) (opS float64, kernel string, err error) {
	argv := []string{s.joulemark, "worker", p.runner, fmt.Sprintf("--threads=%d", s.threads), "--lib=" + p.lib}
	w, err := runners.Start(ctx, runners.Launch{Runner: p.runner, Argv: argv})
	if err != nil {
		return 0, "", err
	}
	defer w.Close()
	info, err := w.Prepare(ctx, "cpu", p.workload, runners.Options{Seed: 1, Threads: s.threads})
	if err != nil {
		return 0, "", err
	}
	warm, err := w.Submit(int64(warmupS*1e9), 1)
	if err != nil {
		return 0, "", err
	}
	window, err := w.Submit(int64(s.seconds*1e9), 1)
	if err != nil {
		return 0, "", err
	}
	if _, err := warm.Wait(ctx, seconds(warmupS)); err != nil {
		return 0, "", err
	}
	r, err := window.Wait(ctx, seconds(s.seconds))
	if err != nil {
		return 0, "", err
	}
	return float64(r.Iters) * p.workload.Ops() / (float64(r.EndNS-r.StartNS) / 1e9), info.Kernel, nil
}

func median(x []float64) float64 {
	sorted := slices.Sorted(slices.Values(x))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
