package main

import (
	"fmt"

	"joulemark/runners"
	"joulemark/workloads"
)

type workerVerb struct {
	Runner string `arg:"" help:"Name of a built-in runner."`
}

func (*workerVerb) Examples() []string {
	return []string{"joulemark worker cpu", `echo '{"type":"hello","id":1,"protocol":1}' | joulemark worker cpu`}
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
	return runners.Serve(entry)
}
