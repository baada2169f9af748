package main

import (
	"fmt"

	"joulemark/bench/measure"
	"joulemark/runners"
)

// check drives one runner through the whole protocol and prints line by line what it
// gets right and wrong. It alone makes `list` exit with another status than 0.
func (v *listVerb) check(e *env) error {
	job := &measure.Job{Runners: []string{v.Check}}
	if err := v.stackFlags.into(job); err != nil {
		return err
	}
	if err := checkRunners(job); err != nil {
		return err
	}
	lines, faults := 0, 0
	runners.Check(e.ctx, checkLaunch(job, v.Check), func(l runners.CheckLine) {
		lines++
		if !l.OK {
			faults++
		}
		fmt.Fprintln(e.stdout, l)
	})
	if faults > 0 {
		fmt.Fprintf(e.stdout, "%d of %d are wrong\n", faults, lines)
		return exitCode(exitFailed)
	}
	fmt.Fprintf(e.stdout, "all %d are right\n", lines)
	return nil
}

// checkLaunch starts an external program, or our own worker with one thread, as which
// every prepare of the check asks for.
func checkLaunch(job *measure.Job, name string) runners.Launch {
	if argv, ok := job.External[name]; ok {
		return runners.Launch{Runner: name, Argv: argv}
	}
	argv := append(self(name), "--threads=1")
	if lib := job.Libs[name]; lib != "" {
		argv = append(argv, "--lib="+lib)
	}
	return runners.Launch{Runner: name, Argv: argv}
}
