package measure

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"

	"joulemark/results"
	"joulemark/runners"
	"joulemark/workloads"
)

// preferred is the order in which runners claim accelerators when none is named:
// every device is measured once, by the first runner that has it.
var preferred = []string{"cuda", "hip", "pjrt", "torch", "onednn", "opencl"}

// A found runner is one that was asked what it can compute on.
type found struct {
	name    string
	version string
	devices []runners.Device
	err     error // why there is none
}

// chosenRunners are the names to ask: those given, or the default.
func (j *Job) chosenRunners() []string {
	builtin := func() (names []string) {
		for _, e := range runners.Entries() {
			names = append(names, e.Name)
		}
		return names
	}
	external := make([]string, 0, len(j.External))
	for name := range j.External {
		external = append(external, name)
	}
	slices.Sort(external)
	switch {
	case slices.Contains(j.Runners, "all"):
		return append(builtin(), external...)
	case len(j.Runners) > 0:
		return j.Runners
	}
	var names []string
	for _, name := range preferred {
		if slices.Contains(builtin(), name) {
			names = append(names, name)
		}
	}
	return append(append(names, "cpu"), external...)
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

// Find starts each chosen runner once and asks for its devices.
func (j *Job) find(ctx context.Context) []found {
	var out []found
	for _, name := range j.chosenRunners() {
		f := found{name: name}
		f.version, f.devices, f.err = j.ask(ctx, name)
		out = append(out, f)
	}
	if len(j.Runners) == 0 {
		claimOnce(out)
	}
	return out
}

func (j *Job) ask(ctx context.Context, name string) (version string, devices []runners.Device, err error) {
	l, err := j.launch(name)
	if err != nil {
		return "", nil, err
	}
	w, err := runners.Start(ctx, l)
	if err != nil {
		return "", nil, err
	}
	defer w.Close()
	devices, err = w.Devices(ctx)
	if err == nil && len(devices) == 0 {
		err = fmt.Errorf("%w: runner %s found no device: see joulemark list runners", runners.ErrUnavailable, name)
	}
	return w.Hello().Version, devices, err
}

// claimOnce leaves each accelerator to the first runner that has it.
func claimOnce(all []found) {
	claimed := map[string]bool{}
	for i := range all {
		all[i].devices = slices.DeleteFunc(all[i].devices, func(d runners.Device) bool {
			if d.Kind != "accelerator" || d.Match == "" {
				return false
			}
			taken := claimed[d.Match]
			claimed[d.Match] = true
			return taken
		})
	}
}

// planDevices turns what was found into the devices of a plan. A runner that was
// named but is not here stays, so that its steps become rows that say why.
func (j *Job) planDevices(all []found) ([]results.PlanDevice, error) {
	var out []results.PlanDevice
	var ids []string
	for _, f := range all {
		if f.err != nil && (len(j.Runners) > 0 || j.External[f.name] != nil) {
			out = append(out, results.PlanDevice{Runner: f.name, Kind: "cpu"})
		}
		for _, d := range f.devices {
			ids = append(ids, d.ID)
			if matchAny(j.Devices, d.ID) {
				out = append(out, results.PlanDevice{Runner: f.name, RunnerVersion: f.version, ID: d.ID, Name: d.Name, Kind: d.Kind, Match: d.Match})
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

// matchAny reports whether a name fits one of the globs; no glob fits all.
func matchAny(globs []string, name string) bool {
	if len(globs) == 0 {
		return true
	}
	return slices.ContainsFunc(globs, func(g string) bool {
		ok, err := path.Match(g, name)
		return g == name || err == nil && ok
	})
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

// Devices asks every built-in runner what it can compute on; self is the command
// of our own worker. Runners that are not here have no device and no line.
func Devices(ctx context.Context, self func(string) []string) (out []results.PlanDevice) {
	j := &Job{Runners: []string{"all"}, Self: self}
	for _, f := range j.find(ctx) {
		for _, d := range f.devices {
			out = append(out, results.PlanDevice{Runner: f.name, RunnerVersion: f.version, ID: d.ID, Name: d.Name, Kind: d.Kind, Match: d.Match})
		}
	}
	return out
}
