package runners

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"joulemark/runners/internal/dl"
	"joulemark/runners/internal/opencl"
	"joulemark/workloads"
)

func init() {
	Register(Entry{
		Name:       "opencl",
		Summary:    "GPUs of every maker, and processors, by OpenCL: kernels of its own, tuned on the spot, and CLBlast's where they are faster",
		Needs:      "an OpenCL loader and a driver: apt install ocl-icd-libopencl1 and the GPU's (nvidia-opencl-icd, intel-opencl-icd, mesa-opencl-icd), or pocl-opencl-icd for the processor; --lib opencl=PATH names a loader, a driver's library, an .icd file or a folder of them",
		DeviceKind: "accelerator",
		Open:       openOpenCL,
		Env:        openCLEnv,
	})
}

// openCLEnv names the driver that --lib asks for, and bounds the threads of the
// drivers that compute on the processor: PoCL up to 3 and from 4 on (its
// environment variables' documentation), and Intel's (oneAPI programming guide).
func openCLEnv(s Setup) (env []string) {
	if s.Lib != "" && opencl.IsDriver(s.Lib) {
		env = opencl.DriverEnv(s.Lib)
	}
	if s.Threads > 0 {
		n := strconv.Itoa(cpuThreads(s.Threads))
		env = append(env, "POCL_MAX_PTHREAD_COUNT="+n, "POCL_CPU_MAX_CU_COUNT="+n, "DPCPP_CPU_NUM_CUS="+n)
	}
	return env
}

// openCLRunner computes on all devices of all OpenCL drivers.
type openCLRunner struct {
	library *opencl.Library
	devices []*opencl.Device
	machine cpuMachine
}

func openOpenCL(s Setup) (Runner, error) {
	paths := opencl.Loaders()
	if s.Lib != "" && !opencl.IsDriver(s.Lib) {
		paths = []string{s.Lib}
	}
	library, err := opencl.Load(paths...)
	switch {
	case errors.Is(err, dl.ErrNotFound) && s.Lib != "":
		return nil, fmt.Errorf("%w: %w: name an OpenCL loader or a driver's library", ErrUnavailable, err)
	case errors.Is(err, dl.ErrNotFound):
		return nil, fmt.Errorf("%w: there is no OpenCL loader (%w): apt install ocl-icd-libopencl1 and a driver", ErrUnavailable, err)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	devices, err := library.Devices()
	if errors.Is(err, opencl.ErrNoDevice) {
		return nil, fmt.Errorf("%w: the loader %s finds no driver with a device: install the GPU's OpenCL driver, or pocl-opencl-icd for the processor, and see `clinfo -l`", ErrUnavailable, library.Path)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFailed, err)
	}
	return &openCLRunner{library, devices, thisMachine("/")}, nil
}

// Devices lists every device of every driver: "opencl:0"… and, for the processor,
// "cpu", "cpu:1"….
func (r *openCLRunner) Devices() ([]Device, error) {
	var list []Device
	for i, d := range r.devices {
		kind := "accelerator"
		if d.CPU {
			kind = "cpu"
		}
		list = append(list, Device{ID: r.id(i), Name: d.Name, Kind: kind, Match: d.Match, MemoryBytes: d.MemoryBytes})
	}
	return list, nil
}

// id counts the devices of one kind.
func (r *openCLRunner) id(i int) string {
	before := 0
	for _, d := range r.devices[:i] {
		if d.CPU == r.devices[i].CPU {
			before++
		}
	}
	switch {
	case !r.devices[i].CPU:
		return fmt.Sprintf("opencl:%d", before)
	case before == 0:
		return "cpu"
	}
	return fmt.Sprintf("cpu:%d", before)
}

func (r *openCLRunner) device(id string) (*opencl.Device, error) {
	for i, d := range r.devices {
		if r.id(i) == id {
			return d, nil
		}
	}
	return nil, fmt.Errorf("%w: OpenCL has no device %q: see `joulemark list devices`", ErrFailed, id)
}

// Prepare tunes the kernels, plans the memory and then makes the operands.
func (r *openCLRunner) Prepare(device Device, w workloads.Workload, o Options) (Task, error) {
	if o.ISA != "" {
		return nil, fmt.Errorf("%w: OpenCL drivers choose the instruction set themselves: leave %q out", ErrUnsupported, o.ISA)
	}
	d, err := r.device(device.ID)
	if err != nil {
		return nil, err
	}
	plan, err := d.Plan(w)
	if err != nil {
		return nil, openCLError(err)
	}
	cache, free, threads := r.room(d)
	sets, err := operandSets(plan.SetBytes, plan.RestBytes, cache, free)
	if err != nil {
		plan.Close()
		return nil, err
	}
	task, err := plan.Prepare(opencl.Options{Seed: o.Seed, Sets: sets})
	if err != nil {
		return nil, openCLError(err)
	}
	return newLibraryTask(task, Info{
		Kernel: task.Kernel(), Libraries: task.Libraries(), Sets: sets, MemoryBytes: task.Bytes(), Threads: threads, CompileS: task.CompileS(),
	})
}

// room is what operands may fill and must exceed, and the processor's threads. Some
// GPU drivers tell their first-level cache, so that it counts only where it is
// larger than what stands for an unknown one.
func (r *openCLRunner) room(d *opencl.Device) (cache, free int64, threads int) {
	if d.CPU {
		return r.machine.cacheBytes, r.machine.freeBytes(), d.Units
	}
	free = d.MemoryBytes
	if d.FreeBytes > 0 {
		free = d.FreeBytes
	}
	return max(d.CacheBytes, unknownCacheBytes), free, 0
}

func openCLError(err error) error {
	if errors.Is(err, opencl.ErrUnsupported) {
		return fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	return failed(err)
}

// About names the drivers; a processor's stands for what the processor can do by
// compiled OpenCL, not for a GPU.
func (r *openCLRunner) About() About {
	a := About{Path: r.library.Path, Kernel: "joulemark's own kernels: panels for processors, tiles and strips for GPUs"}
	var drivers []string
	for i, d := range r.devices {
		if !slices.Contains(drivers, d.Platform) {
			drivers = append(drivers, d.Platform)
		}
		if d.CPU {
			a.Notes = append(a.Notes, fmt.Sprintf("device %s is the processor, through %s: a GPU is measured once its OpenCL driver is installed", r.id(i), d.Driver))
		}
	}
	if len(drivers) > 0 {
		a.Version = drivers[0]
	}
	if len(drivers) > 1 {
		a.Notes = append(a.Notes, fmt.Sprintf("%d OpenCL drivers are loaded, and one device may be seen by two of them: name one with --lib opencl=PATH", len(drivers)))
	}
	return a
}
