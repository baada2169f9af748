package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"joulemark/bench/measure"
	"joulemark/plots"
	"joulemark/results"
	"joulemark/workloads"
)

type runVerb struct {
	Suite    string   `default:"quick" placeholder:"NAME|FILE.toml" help:"What to measure: a suite that joulemark list suites names, or a file of your own."`
	Runner   []string `sep:"none" placeholder:"NAME" help:"Runner to use; repeatable; 'all' takes every one. Default: every device once."`
	Device   []string `sep:"none" placeholder:"ID" help:"Device to measure, an id or a glob; repeatable."`
	Workload []string `sep:"none" placeholder:"NAME" help:"Workload of the suite (glob) or any whole name; repeatable."`
	Meter    []string `sep:"none" placeholder:"NAME[=ADDRESS]" help:"Meter to read, a name or a glob, or one at an address; repeatable; 'none' reads none."`
	stackFlags
	Trials       int      `placeholder:"N" help:"Passes over all steps, each in fresh workers; six give a 95 % interval. Default: the suite's."`
	Threads      int      `placeholder:"N" help:"Compute threads of CPU runners. Default: what affinity and cgroup give."`
	Together     bool     `help:"Run all accelerators of a runner at the same time, in one common window; each has its row. Default: each alone."`
	ISA          string   `name:"isa" placeholder:"NAME" help:"Instruction set to force, for runners that can."`
	Seed         *uint64  `placeholder:"N" help:"Seed of operands and order. Default: drawn, and recorded."`
	Label        []string `sep:"none" placeholder:"KEY=VALUE" help:"Kept in plan.json; repeatable."`
	Out          string   `placeholder:"DIR" help:"Run folder. Default: results/runs/RUN_ID."`
	Resume       string   `placeholder:"DIR" help:"Complete this run; --trials above its own extends it."`
	RetryFailed  bool     `help:"With --resume: measure failed steps again."`
	Figures      bool     `default:"true" negatable:"" help:"Draw the figures at the end."`
	DryRun       bool     `help:"Print the steps and how long they take; measure and write nothing."`
	ShareMachine bool     `help:"Run although another run holds this machine; rows become void."`
	SensorRoot   string   `placeholder:"DIR" help:"Read sensors below DIR instead of /: for tests; rows are marked simulated."`
}

func (*runVerb) Examples() []string {
	return []string{"joulemark run --suite quick", "joulemark run --suite standard --workload 'matmul/*' --threads 1 --label cooler=stock"}
}

// Run measures and closes with the table.
func (v *runVerb) Run(e *env) error {
	var stop context.CancelFunc // only this verb has something to finish when it is stopped
	e.ctx, stop = signal.NotifyContext(e.ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(e.ctx, stop)                          // a second signal ends it at once
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) // a log that nobody reads any more must not end a measurement
	ui := newConsole(e)
	s, err := v.session(e, ui)
	if e.ctx.Err() != nil && errors.Is(err, context.Canceled) {
		fmt.Fprintln(e.stderr, "interrupted: nothing was measured or written")
		return exitCode(exitInterrupted)
	}
	if err != nil {
		return err
	}
	defer s.Close()
	if v.Resume == "" {
		if err := v.unusedLib(s.Plan); err != nil {
			return err
		}
	}
	if v.DryRun {
		ui.header(s)
		return printPlan(e, s)
	}
	if err := s.Claim(); err != nil {
		return err
	}
	ui.header(s)
	out, err := s.Run(e.ctx)
	ui.clear()
	if err != nil {
		return err
	}
	if out.NothingToDo {
		fmt.Fprintf(e.stderr, "%s is complete: nothing to do (--trials N above %d extends it)\n", out.Dir, s.Plan.Trials)
		return nil
	}
	if err := s.Close(); err != nil {
		return err
	}
	return v.closing(e, ui, out)
}

// session prepares a new run or reopens one.
func (v *runVerb) session(e *env, ui *console) (*measure.Session, error) {
	job, err := v.job(e)
	if err != nil {
		return nil, err
	}
	if v.Resume != "" {
		if flag := fixedFlag(e.args); flag != "" {
			return nil, fmt.Errorf("%s is fixed by the plan of %s: leave it out, or start a new run", flag, v.Resume)
		}
		if v.Out != "" || v.DryRun {
			return nil, fmt.Errorf("--resume goes neither with --out nor with --dry-run: leave them out")
		}
		job.Dir = v.Resume
		return measure.Resume(e.ctx, job, ui)
	}
	if v.RetryFailed {
		return nil, fmt.Errorf("--retry-failed needs a run to repeat: add --resume DIR")
	}
	if job.Suite, err = workloads.LoadSuite(v.Suite); err != nil {
		return nil, err
	}
	if job.Trials == 0 {
		job.Trials = job.Suite.Trials
	}
	if err := v.outputFree(); err != nil {
		return nil, err
	}
	return measure.Prepare(e.ctx, job, ui, v.DryRun)
}

// outputFree finds a folder that is taken before anything else is done.
func (v *runVerb) outputFree() error {
	if v.Out == "" || v.DryRun {
		return nil
	}
	return results.CheckFree(v.Out)
}

func (v *runVerb) job(e *env) (*measure.Job, error) {
	if flag := emptyFlag(e.args); flag != "" {
		return nil, fmt.Errorf("%s is empty: name a folder", flag)
	}
	if v.Trials < 0 || v.Threads < 0 {
		return nil, fmt.Errorf("--trials and --threads cannot be negative: give 1 or more")
	}
	seed := uint64(rand.Uint32N(9000) + 1000) // short enough to be typed
	if v.Seed != nil {
		seed = *v.Seed
	}
	if seed > math.MaxInt64 {
		return nil, fmt.Errorf("--seed %d is above %d, the largest that every language reads: give a smaller one", seed, uint64(math.MaxInt64))
	}
	job := &measure.Job{Runners: v.Runner, Devices: v.Device, Workloads: v.Workload, Meters: v.Meter, Trials: v.Trials, Threads: v.Threads, Together: v.Together, ISA: v.ISA, Seed: seed,
		Dir: v.Out, SensorRoot: v.SensorRoot, ShareMachine: v.ShareMachine, RetryFailed: v.RetryFailed, Software: version(), Self: self,
		Labels: map[string]string{}}
	if err := v.stackFlags.into(job); err != nil {
		return nil, err
	}
	for _, l := range v.Label {
		key, value, err := pair("--label", l)
		if err != nil {
			return nil, err
		}
		job.Labels[key] = value
	}
	if err := checkRoot(&job.SensorRoot); err != nil {
		return nil, err
	}
	job.Flags = safeFlags(e.args)
	return job, checkRunners(job)
}

// executable is the program whose worker verb serves our own runners; tests put a
// plain build in its place, since a race detector makes operands ten times slower.
var executable = os.Executable

// self is the command of our own worker.
func self(runner string) []string {
	exe, err := executable()
	if err != nil {
		exe = os.Args[0]
	}
	return []string{exe, "worker", runner}
}

// draw makes the figures of a run, unless they are not wanted.
func (v *runVerb) draw(run *results.Run, out measure.Outcome) (drawn bool, err error) {
	if !v.Figures {
		return false, nil
	}
	files, _, err := plots.Save([]*results.Run{run}, nil, nil, filepath.Join(out.Dir, "figures"))
	return len(files) > 0, err
}

// closing prints the table, draws the figures and says where everything is.
func (v *runVerb) closing(e *env, ui *console, out measure.Outcome) error {
	run, err := results.Open(out.Dir)
	if err != nil {
		return err
	}
	printSummary(e.stdout, []*results.Run{run}, results.Summarise(run.Samples))
	drawn, err := v.draw(run, out)
	if err != nil {
		return err
	}
	ui.closing(run, out, drawn)
	switch {
	case out.Interrupted:
		return exitCode(exitInterrupted)
	case out.Failed > 0:
		return exitCode(exitFailed)
	case out.Measured == 0:
		return fmt.Errorf("nothing could be measured: the reasons stand in %s/samples.csv, and joulemark list says how to get what is missing", out.Dir)
	}
	return nil
}
