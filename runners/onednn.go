package runners

import (
	"errors"
	"fmt"
	"runtime"

	"joulemark/runners/internal/dl"
	"joulemark/runners/internal/onednn"
)

func init() {
	Register(Entry{
		Name:       "onednn",
		Summary:    "oneDNN 2 and 3: CPUs, and Intel GPUs where the build has them; packed weights, fused layers",
		Needs:      "libdnnl: pip install onednn-cpu-gomp, or apt install libdnnl2, or name it with --lib onednn=PATH",
		DeviceKind: "cpu",
		Open:       openOneDNN,
		Env:        oneDNNEnv,
	})
}

// oneDNNRunner drives one loaded library. The library keeps its threads with the
// thread that calls it, so that Open locks the session's goroutine to its own.
type oneDNNRunner struct {
	lib     *onednn.Library
	threads int // of the worker; 0 = what affinity and cgroup give
	machine cpuMachine
	engines map[string]*onednn.Engine // opened, by device
}

func openOneDNN(s Setup) (Runner, error) {
	runtime.LockOSThread()
	lib, err := onednn.Open(oneDNNPaths(s.Lib)...)
	switch {
	case errors.Is(err, dl.ErrNotFound) && s.Lib != "":
		return nil, fmt.Errorf("%w: there is no %s: name the libdnnl file with --lib onednn=PATH", ErrUnavailable, s.Lib)
	case errors.Is(err, dl.ErrNotFound):
		return nil, fmt.Errorf("%w: oneDNN (libdnnl) is not here: pip install onednn-cpu-gomp, or apt install libdnnl2, or name it with --lib onednn=PATH", ErrUnavailable)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return &oneDNNRunner{lib: lib, threads: s.Threads, machine: thisMachine("/"), engines: map[string]*onednn.Engine{}}, nil
}

// Devices are the processor and the library's GPUs. The interface does not tell a
// GPU's PCI address, so that no power sensor is matched to it.
func (r *oneDNNRunner) Devices() (devices []Device, err error) {
	cpus, gpus := r.lib.Engines()
	if cpus > 0 {
		devices = append(devices, Device{ID: "cpu", Name: cpuName(), Kind: "cpu", Match: "cpu", MemoryBytes: r.machine.totalBytes})
	}
	_, gpu := r.lib.Runtimes()
	for i := range gpus {
		devices = append(devices, Device{ID: fmt.Sprintf("gpu:%d", i), Name: fmt.Sprintf("GPU %d of oneDNN (%s)", i, gpu), Kind: "accelerator"})
	}
	if len(devices) == 0 {
		return nil, fmt.Errorf("%w: oneDNN %s (%s) has no CPU engine and sees no GPU: pip install onednn-cpu-gomp", ErrUnavailable, r.lib.Version, r.lib.Path)
	}
	return devices, nil
}

// About says what was found. The instruction set is told from the processor, since
// asking the library would fix it before --isa is known.
func (r *oneDNNRunner) About() About {
	cpu, gpu := r.lib.Runtimes()
	best, held := r.lib.MachineISA()
	a := About{Path: r.lib.Path, Version: fmt.Sprintf("%s (CPU: %s, GPU: %s)", r.lib.Version, cpu, gpu), Kernel: best}
	if held != "" {
		a.Kernel = held
		a.Notes = append(a.Notes, fmt.Sprintf("the environment holds oneDNN to %s and this processor has %s: unset ONEDNN_MAX_CPU_ISA", held, best))
	}
	if cpu != "OpenMP" && cpu != "none" {
		a.Notes = append(a.Notes, fmt.Sprintf("this oneDNN computes with %s threading, which --threads cannot set: pip install onednn-cpu-gomp", cpu))
	}
	return a
}
