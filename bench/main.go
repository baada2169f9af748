// Command joulemark measures performance per watt: it runs standard matrix-multiply
// and transformer-layer workloads on the CPUs, GPUs and accelerators of a machine
// while power is measured, and writes CSV results and figures.
//
// Every verb is one file: flags in, one call out. Tables go to stdout, progress
// and notes to stderr. An error is one sentence that ends with the remedy.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// Exit codes that programs rely on.
const (
	exitOK          = 0
	exitFailed      = 1 // a row failed, a finding, a regression
	exitUsage       = 2 // usage, nothing measurable, I/O
	exitOpen        = 3 // inconclusive or not comparable, under --strict
	exitInterrupted = 130
)

// grammar is the command line; each verb's flags stand in its own file.
type grammar struct {
	Run     runVerb     `cmd:"" help:"Measure: run workloads on this machine while power is recorded."`
	List    listVerb    `cmd:"" help:"Show what is here, what is missing and how to get it."`
	Show    showVerb    `cmd:"" help:"Print the summary of runs as a table."`
	Compare compareVerb `cmd:"" help:"Give a verdict for each configuration of new runs against a baseline."`
	Plot    plotVerb    `cmd:"" help:"Draw the figures of runs."`
	Verify  verifyVerb  `cmd:"" help:"Recompute every number of runs from their raw readings."`
	Worker  workerVerb  `cmd:"" help:"Serve a runner on stdin and stdout (runners/PROTOCOL.md)."`

	Version kong.VersionFlag `help:"Print the version and exit."`
}

// env is what a verb may touch of the world.
type env struct {
	ctx            context.Context
	stdout, stderr io.Writer
	args           []string
}

func main() {
	signal.Ignore(syscall.SIGXFSZ) // a file size limit is a write error like a full disk, not the end
	var lost error
	e := env{ctx: context.Background(), stdout: harmless{os.Stdout, &lost}, stderr: os.Stderr, args: os.Args[1:]}
	code := execute(e)
	if lost != nil && code == exitOK { // a report on a full disk is not whole
		code = e.fail(fmt.Errorf("the output could not be written: %w: make room, or send it elsewhere", lost))
	}
	os.Exit(code)
}

// exitCode is an error that only sets the exit status: what there was to say has
// been said.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit %d", int(c)) }

// stopped is how kong's own exit (help, version) unwinds.
type stopped int

// execute runs one command line and returns its exit status.
func execute(e env) (code int) {
	defer func() {
		p := recover() // once: a second call gives nil, and a panic would end as exit 0
		if s, ok := p.(stopped); ok {
			code = int(s)
		} else if p != nil {
			panic(p)
		}
	}()
	var g grammar
	parser, err := kong.New(&g, kong.Name("joulemark"), kong.Description("Performance per watt, with every number traceable to raw samples."),
		kong.Vars{"version": "joulemark " + version()}, kong.Writers(e.stdout, e.stderr), kong.Exit(func(c int) { panic(stopped(c)) }),
		kong.Help(helpWithExamples), kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		panic(err) // the grammar itself is wrong
	}
	if len(e.args) == 0 {
		e.args = []string{"--help"}
	}
	parsed, err := parser.Parse(e.args)
	if err != nil {
		return e.fail(usageError(err))
	}
	return e.fail(parsed.Run(&e))
}

// fail prints an error as one sentence and maps it to the exit status.
func (e env) fail(err error) int {
	var code exitCode
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &code):
		return int(code)
	}
	fmt.Fprintln(harmless{Writer: e.stderr}, "joulemark:", strings.ReplaceAll(err.Error(), "\n", "\n           "))
	return exitUsage
}

// usageError ends a parse error with where to look.
func usageError(err error) error {
	var parse *kong.ParseError
	verb := ""
	if errors.As(err, &parse) && parse.Context != nil && parse.Context.Selected() != nil {
		verb = " " + parse.Context.Selected().Name
	}
	return fmt.Errorf("%w (joulemark%s --help)", err, verb)
}

// exampled verbs end their help with two examples.
type exampled interface{ Examples() []string }

func helpWithExamples(o kong.HelpOptions, ctx *kong.Context) error {
	if err := kong.DefaultHelpPrinter(o, ctx); err != nil {
		return err
	}
	n := ctx.Selected()
	if n == nil || !n.Target.CanAddr() {
		return nil
	}
	if v, ok := n.Target.Addr().Interface().(exampled); ok {
		fmt.Fprintln(ctx.Stdout, "\nExamples:")
		for _, line := range v.Examples() {
			fmt.Fprintln(ctx.Stdout, "  "+line)
		}
	}
	return nil
}
