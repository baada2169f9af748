package measure

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"joulemark/results"
	"joulemark/runners"
	"joulemark/workloads"
)

// A Stack is a runner as `list` shows it: what it found, or why it has nothing.
type Stack struct {
	Runner  string
	Version string // of the runner
	About   runners.About
	Devices []runners.Device
	Err     error // ErrUnavailable says what is missing and how to get it
}

// Stacks starts every runner that the job knows once, all at a time and each in a
// process of its own, and asks what it can compute on.
func Stacks(ctx context.Context, j *Job) (out []Stack) {
	j.Runners = []string{"all"}
	for _, f := range j.find(ctx, func(string) {}) {
		out = append(out, Stack{f.name, f.version, f.about, f.devices, f.err})
	}
	return out
}

// A found runner is one that was asked what it can compute on.
type found struct {
	name    string
	version string
	about   runners.About
	devices []runners.Device
	err     error // why there is none
}

// findLimit is how long a runner may take to load its stack and list its devices
// when it was not named: no forgotten plugin may hold up `make bench` for long.
const findLimit = 20 * time.Second

// known are the runners that can be started by name.
func (j *Job) known() (names []string) {
	for _, e := range runners.Entries() {
		names = append(names, e.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(j.External)) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// chosenRunners are the names to ask: those given, or the default.
func (j *Job) chosenRunners() []string {
	switch {
	case slices.Contains(j.Runners, "all"):
		return j.known()
	case len(j.Runners) > 0:
		return j.Runners
	}
	return j.byDefault()
}

// launch is the command that starts a runner's worker.
func (j *Job) launch(name string) (runners.Launch, error) {
	if argv, ok := j.External[name]; ok {
		return runners.Launch{Runner: name, Argv: argv, Limits: j.Limits}, nil
	}
	if _, ok := runners.Lookup(name); ok {
		return runners.Launch{Runner: name, Argv: append(j.Self(name), j.setup(name)...), Limits: j.Limits}, nil
	}
	return runners.Launch{}, fmt.Errorf("%w: runner %q is not built in: name its program with --external %s=COMMAND", runners.ErrUnavailable, name, name)
}

// setup are the flags of our own worker that it needs before it loads its stack.
func (j *Job) setup(name string) (flags []string) {
	if lib := j.Libs[name]; lib != "" {
		flags = append(flags, "--lib="+lib)
	}
	if j.Threads > 0 {
		flags = append(flags, fmt.Sprintf("--threads=%d", j.Threads))
	}
	return flags
}

// patience is how long runners may be asked before the user is told what is waited for.
const patience = 3 * time.Second

// find starts each chosen runner once, all at a time, and asks for its devices. note
// tells of those that take long, from the caller's goroutine.
func (j *Job) find(ctx context.Context, note func(string)) []found {
	names := j.chosenRunners()
	out, ended := make([]found, len(names)), make(chan int, len(names))
	for i, name := range names {
		go func() {
			out[i] = j.ask(ctx, name)
			ended <- i
		}()
	}
	slow := time.NewTimer(patience)
	defer slow.Stop()
	waiting := slices.Clone(names)
	for left := len(names); left > 0; {
		select {
		case i := <-ended:
			waiting[i] = ""
			left--
		case <-slow.C:
			for _, name := range waiting {
				if name != "" {
					note("waiting for runner " + name + " to list its devices")
				}
			}
		}
	}
	if len(j.Runners) == 0 {
		j.claim(out)
	}
	return out
}

// ask starts a runner and lists its devices.
func (j *Job) ask(ctx context.Context, name string) (f found) {
	f.name = name
	l, err := j.launch(name)
	if err != nil {
		f.err = err
		return f
	}
	if (len(j.Runners) == 0 || slices.Contains(j.Runners, "all")) && j.Libs[name] == "" && l.Limits.Devices == 0 {
		l.Limits.Devices = findLimit
	}
	w, err := runners.Start(ctx, l)
	if err != nil {
		f.err = err
		return f
	}
	defer w.Close()
	f.version = w.Hello().Version
	f.devices, f.err = w.Devices(ctx)
	f.about = w.About()
	return f
}

// misnamed is the error of a library that was named with --lib and does not serve:
// the user's mistake, and no row that says unavailable.
func (j *Job) misnamed(all []found) error {
	for _, f := range all {
		if j.Libs[f.name] != "" && f.err != nil {
			return fmt.Errorf("--lib %s: %s", f.name, reasonOf(f.err.Error()))
		}
	}
	return nil
}

// notes are what the user should know of the runners that a run uses, and of those
// that broke while they were asked.
func notes(all []found) (out []string) {
	for _, f := range all {
		if f.err != nil && !errors.Is(f.err, runners.ErrUnavailable) && !errors.Is(f.err, context.Canceled) {
			out = append(out, fmt.Sprintf("%s: not used: %s", f.name, reasonOf(f.err.Error())))
		}
		if len(f.devices) == 0 {
			continue
		}
		for _, n := range f.about.Notes {
			out = append(out, f.name+": "+n)
		}
	}
	return out
}

// stacks are what the runners with devices have loaded, as machine.json keeps it.
func stacks(all []found) map[string]results.Stack {
	out := map[string]results.Stack{}
	for _, f := range all {
		if len(f.devices) > 0 {
			out[f.name] = results.Stack{File: fileName(f.about.Path), Version: f.about.Version, Kernel: f.about.Kernel, Notes: withoutPlacesAll(f.about.Notes)}
		}
	}
	return out
}

// fileName is the last part of a path, "" for none.
func fileName(path string) string {
	if path == "" {
		return ""
	}
	return filepath.Base(path)
}

// planDevices turns what was found into the devices of a plan. A runner that was
// named but is not here stays, so that its steps become rows that say why.
func (j *Job) planDevices(all []found) ([]results.PlanDevice, error) {
	var out []results.PlanDevice
	var ids []string
	for _, f := range all {
		if f.err != nil && (len(j.Runners) > 0 || j.External[f.name] != nil) {
			out = append(out, results.PlanDevice{Runner: f.name, Kind: kindOf(f.name)})
		}
		for _, d := range f.devices {
			ids = append(ids, d.ID)
			if matchAny(j.Devices, d.ID) {
				out = append(out, planDevice(f, d))
			}
		}
	}
	for _, pattern := range j.Devices {
		if !slices.ContainsFunc(ids, func(id string) bool { return matchAny([]string{pattern}, id) }) {
			return nil, fmt.Errorf("no device %q%s (joulemark list devices)", pattern, workloads.DidYouMean(pattern, ids))
		}
	}
	return out, nil
}

// kindOf is the kind of device that a runner which is not here would have.
func kindOf(runner string) string {
	if e, ok := runners.Lookup(runner); ok && e.DeviceKind == results.KindAccelerator {
		return results.KindAccelerator
	}
	return results.KindCPU
}

func planDevice(f found, d runners.Device) results.PlanDevice {
	return results.PlanDevice{Runner: f.name, RunnerVersion: f.version, ID: d.ID, Name: d.Name, Kind: d.Kind, Match: d.Match}
}

// nothing is the error of a run that has no device at all.
func nothing(all []found) error {
	errs := []error{errors.New("nothing measurable here")}
	for _, f := range all {
		if f.err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", f.name, f.err))
		}
	}
	return errors.Join(errs...)
}
