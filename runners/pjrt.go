package runners

import (
	"errors"
	"fmt"
	"strings"

	"joulemark/runners/internal/dl"
	"joulemark/runners/internal/pjrt"
)

func init() {
	Register(Entry{
		Name:       "pjrt",
		Summary:    "XLA on any device with a PJRT plugin: NVIDIA, AMD and Intel GPUs, TPU, Neuron, Tenstorrent, CPU",
		Needs:      "a plugin in a Python environment: `pip install 'jax[cuda13]'` (NVIDIA), `jax-rocm7-pjrt` (AMD), `jax-oneapi-pjrt` (Intel), `libtpu`, or `--no-deps lammps-jax-pjrt-cpu` (CPU); or `--lib pjrt=PATH`",
		DeviceKind: "accelerator",
		Open:       openPJRT,
		Env:        pjrtEnv,
		Pin:        true, // nothing but affinity bounds the threads of XLA's CPU plugins
	})
}

// errNoPJRT is what is missing where no plugin is installed.
var errNoPJRT = errors.New("no PJRT plugin is installed in a Python environment: pip install 'jax[cuda13]' for NVIDIA, jax-rocm7-pjrt, jax-oneapi-pjrt or libtpu, pip install --no-deps lammps-jax-pjrt-cpu for the CPU, or name a plugin with --lib pjrt=PATH")

// pjrtRunner drives one plugin. A process has one, because several do not get on.
type pjrtRunner struct {
	client  *pjrt.Client
	plugin  pjrtPlugin
	notes   []string
	devices []pjrtDevice
	machine cpuMachine
}

// openPJRT takes the first plugin that gets hold of its devices: accelerators come
// before the CPU.
func openPJRT(s Setup) (Runner, error) {
	plugins, notes := findPJRT("/", s)
	var firstErr error
	for i, p := range plugins {
		client, err := p.open()
		if err == nil {
			r := &pjrtRunner{client: client, plugin: p, machine: thisMachine("/"), notes: append(notes, others(plugins[i+1:])...)}
			r.devices = r.list()
			return r, nil
		}
		if firstErr == nil {
			firstErr = err
		}
		notes = append(notes, err.Error())
	}
	switch {
	case firstErr != nil:
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, firstErr)
	case len(notes) > 0:
		return nil, fmt.Errorf("%w: %s", ErrUnavailable, notes[0])
	}
	return nil, fmt.Errorf("%w: %w", ErrUnavailable, errNoPJRT)
}

// others tells of plugins that were not tried.
func others(plugins []pjrtPlugin) []string {
	if len(plugins) == 0 {
		return nil
	}
	var paths []string
	for _, p := range plugins {
		paths = append(paths, p.path)
	}
	return []string{fmt.Sprintf("also installed is %s: choose a plugin with --lib pjrt=PATH", strings.Join(paths, ", "))}
}

// open loads a plugin and takes its devices. The error ends with the remedy.
func (p pjrtPlugin) open() (*pjrt.Client, error) {
	plugin, err := pjrt.Open(p.path)
	if errors.Is(err, dl.ErrNotFound) {
		return nil, fmt.Errorf("%s is not here: name a file with %s", p.path, p.namedBy)
	}
	if refused := (*pjrt.Error)(nil); errors.As(err, &refused) {
		return nil, fmt.Errorf("%w: %s", err, p.family.remedy)
	}
	if err != nil {
		return nil, err
	}
	client, err := plugin.NewClient(p.family.options...)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, p.family.remedy)
	}
	return client, nil
}

// Devices lists what the plugin computes on.
func (r *pjrtRunner) Devices() ([]Device, error) {
	var list []Device
	for _, d := range r.devices {
		list = append(list, d.Device)
	}
	return list, nil
}

// About says which plugin it is and what the user should know of it.
func (r *pjrtRunner) About() About {
	notes := r.notes
	if r.client.Refused != "" {
		notes = append(notes, fmt.Sprintf("the plugin refuses its options (%s) and may hold most of the device's memory: run nothing else on the device", r.client.Refused))
	}
	return About{Path: r.plugin.path, Version: strings.Join(versions(r.libraries()), ", "), Notes: notes}
}

// libraries are the versions of what computes, as far as they are told.
func (r *pjrtRunner) libraries() map[string]string {
	out := map[string]string{"pjrt": r.client.API()}
	if r.client.Version != r.client.Platform { // XLA's CPU platform gives its name as its version
		out[r.client.Platform] = r.client.Version
	}
	if name, version := wheelOf(r.plugin.path); name != "" {
		out[name] = version
	}
	return out
}
