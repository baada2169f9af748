package runners

import (
	"errors"
	"fmt"
	"runtime"

	"joulemark/runners/internal/cblas"
	"joulemark/runners/internal/dl"
	"joulemark/workloads"
)

func init() {
	Register(Entry{
		Name:       "blas",
		Summary:    "the processor, by a BLAS library: OpenBLAS, BLIS, AOCL, MKL, NVPL, ArmPL or Accelerate",
		Needs:      "a BLAS library with 32-bit integers: pip install scipy-openblas32, or apt install libopenblas0",
		DeviceKind: "cpu",
		Open:       openBLAS,
		Env:        func(s Setup) []string { return cblas.Environment(cpuThreads(s.Threads)) },
	})
}

// openBLAS loads the named library, or the best that is here. The goroutine that
// opens it is the one that prepares and runs, and stays on its OS thread: OpenMP
// gives every thread that calls it a team of its own.
func openBLAS(s Setup) (Runner, error) {
	runtime.LockOSThread()
	library, err := loadBLAS(s.Lib)
	switch {
	case errors.Is(err, dl.ErrNotFound) && s.Lib != "":
		return nil, fmt.Errorf("%w: %w: name an existing file with --lib blas=PATH", ErrUnavailable, err)
	case errors.Is(err, dl.ErrNotFound):
		return nil, fmt.Errorf("%w: no BLAS library was found: pip install scipy-openblas32, apt install libopenblas0, or name one with --lib blas=PATH", ErrUnavailable)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return blasRunner{library, thisMachine("/"), cpuThreads(s.Threads)}, nil
}

func loadBLAS(path string) (*cblas.Library, error) {
	if path == "" {
		return cblas.Best()
	}
	return cblas.Open(path)
}

// blasRunner multiplies matrices on the processor.
type blasRunner struct {
	library *cblas.Library
	machine cpuMachine
	asked   int // threads that the library's environment was given
}

// Devices lists the one device there is: all processors together.
func (r blasRunner) Devices() ([]Device, error) {
	return []Device{{ID: "cpu", Name: cpuName(), Kind: "cpu", Match: "cpu", MemoryBytes: r.machine.totalBytes}}, nil
}

// About is the library's own word.
func (r blasRunner) About() About {
	l := r.library
	kernel := fmt.Sprintf("%s, threads %d", l, r.threads())
	if l.Config != "" {
		kernel += " (" + l.Config + ")"
	}
	return About{Path: l.Path, Version: l.Version, Kernel: kernel, Notes: l.Notes}
}

func (r blasRunner) threads() int { return r.library.Threads(r.asked) }

// Prepare plans the memory before it takes any and makes the operands.
func (r blasRunner) Prepare(_ Device, w workloads.Workload, o Options) (Task, error) {
	if o.ISA != "" && o.ISA != r.library.ISA {
		return nil, r.refuseISA(o.ISA)
	}
	need, err := r.library.Plan(w)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	sets, err := operandSets(need.SetBytes, need.RestBytes, r.machine.cacheBytes, r.machine.freeBytes())
	if err != nil {
		return nil, err
	}
	matmul, err := r.library.New(w.(workloads.Matmul), cblas.Options{Seed: o.Seed, Sets: sets, Threads: r.threads()})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFailed, err)
	}
	return newLibraryTask(matmul, Info{
		Kernel:      matmul.Kernel(),
		Libraries:   map[string]string{r.library.Name: r.library.Version},
		Sets:        sets,
		MemoryBytes: need.SetBytes*int64(sets) + need.RestBytes,
		Threads:     r.threads(),
	})
}

// refuseISA says what chooses the kernels instead of --isa, which comes when the
// library has chosen them.
func (r blasRunner) refuseISA(asked string) error {
	l := r.library
	if l.Chooser == "" {
		return fmt.Errorf("%w: %s lets nobody choose its instruction set: leave --isa out", ErrUnsupported, l.Name)
	}
	return fmt.Errorf("%w: %s chooses its instruction set when it is loaded (%s), not %s: leave --isa out or set %s", ErrUnsupported, l.Name, l.Kernel, asked, l.Chooser)
}
