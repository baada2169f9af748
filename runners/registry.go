package runners

import (
	"fmt"
	"slices"
	"strings"
)

// An Entry is one runner of this program. A file that drives a stack registers
// its Entry in init; `list`, the worker verb and the README's table read the
// registry, so that a new runner is one new file.
type Entry struct {
	Name       string // as in `--runner` and in the rows: lower case, no spaces
	Summary    string // one line for `list`
	Needs      string // what must be installed, and how to get it; "" = nothing
	DeviceKind string // "cpu", "accelerator" or "any"
	Version    string // of the runner, told in hello; "" = that of the program's module

	// Open loads the stack; ErrUnavailable says what is missing and how to get it.
	Open func(Setup) (Runner, error)
	// Env lists variables as KEY=VALUE that must stand in the environment before the
	// stack is loaded, because it reads them once. They are set in the worker alone.
	// nil = none.
	Env func(Setup) []string
	// Pin holds the worker to as many CPUs as Setup.Threads says, for stacks whose
	// threads nothing else bounds.
	Pin bool
	// Program is the command that takes the worker's place, for a runner in another
	// language. Where it gives an error, Open is asked and tells it. nil = none.
	Program func(Setup) (argv []string, err error)
}

// Setup is what a worker knows before it loads its stack.
type Setup struct {
	Lib     string // library that was named with --lib; "" = look for it
	Threads int    // compute threads for the whole life of the worker; 0 = what affinity and cgroup give
}

var registry = map[string]Entry{}

// Register adds a runner. It panics for an entry that no program should be
// built with: no name, a name taken, or nothing to open.
func Register(e Entry) {
	_, taken := registry[e.Name]
	switch {
	case e.Name == "" || e.Open == nil:
		panic(fmt.Sprintf("runners: entry %q has no name or nothing to open", e.Name))
	case taken:
		panic(fmt.Sprintf("runners: two runners are called %q", e.Name))
	}
	registry[e.Name] = e
}

// Entries lists every runner of this build by name.
func Entries() []Entry {
	var all []Entry
	for _, e := range registry {
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Lookup finds the runner of that name.
func Lookup(name string) (Entry, bool) {
	e, ok := registry[name]
	return e, ok
}
