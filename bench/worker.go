package main

import (
	"fmt"

	"joulemark/runners"
	"joulemark/workloads"
)

type workerVerb struct {
	Runner  string `arg:"" help:"Name of a built-in runner."`
	Lib     string `placeholder:"PATH" help:"Library of the stack to load, in place of the one that is found."`
	Threads int    `placeholder:"N" help:"Compute threads of the worker's whole life. Default: what affinity and cgroup give."`
}

func (*workerVerb) Examples() []string {
	return []string{"joulemark worker onednn --lib ./libdnnl.so.3 --threads 2", `echo '{"type":"hello","id":1,"protocol":1}' | joulemark worker cpu`}
}

// Run serves until bye or the end of stdin.
func (v *workerVerb) Run(e *env) error {
	entry, ok := runners.Lookup(v.Runner)
	if !ok {
		var known []string
		for _, r := range runners.Entries() {
			known = append(known, r.Name)
		}
		return fmt.Errorf("no runner %q%s (joulemark list runners)", v.Runner, workloads.DidYouMean(v.Runner, known))
	}
	if entry.Version == "" {
		entry.Version = version()
	}
	return runners.Serve(entry, runners.Setup{Lib: v.Lib, Threads: v.Threads})
}
