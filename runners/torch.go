package runners

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"joulemark/workloads"
)

func init() {
	Register(Entry{
		Name:       "torch",
		Summary:    "PyTorch on any device it has: CPU, CUDA, ROCm, XPU, MPS, Gaudi",
		Needs:      "PyTorch in any Python: `python3 -m pip install torch`",
		DeviceKind: "any",
		Open:       openTorch,
		Env:        torchEnv,
		Program:    torchProgram,
	})
}

// torchMain is the runner's first file among externalFiles.
const torchMain = "torch_runner.py"

// torchProgram is the command that takes the worker's place.
func torchProgram(s Setup) ([]string, error) {
	python, err := torchPython(s)
	if err != nil {
		return nil, err
	}
	dir, err := unpackExternal()
	if err != nil {
		return nil, err
	}
	return []string{python, filepath.Join(dir, torchMain)}, nil
}

// torchPython finds an interpreter that has torch: the one that was named, and
// otherwise the first of pythons.
func torchPython(s Setup) (string, error) {
	if named := cmp.Or(s.Lib, os.Getenv("JOULEMARK_PYTHON")); named != "" {
		python := namedPython(named)
		if !program(python) {
			return "", fmt.Errorf("%w: %s is no Python: name an interpreter or the folder of an environment", ErrUnavailable, named)
		}
		return python, noTorch(python)
	}
	all := pythons()
	for _, python := range all {
		if hasModule(python, "torch") {
			return python, nil
		}
	}
	if len(all) == 0 {
		return "", fmt.Errorf("%w: there is no python3: install Python and then PyTorch (python3 -m pip install torch)", ErrUnavailable)
	}
	return "", fmt.Errorf("%w: no Python here has torch (looked at %s): %s -m pip install torch", ErrUnavailable, strings.Join(all, ", "), shellWord(all[0]))
}

// noTorch is nil for an interpreter that has torch.
func noTorch(python string) error {
	if hasModule(python, "torch") {
		return nil
	}
	return fmt.Errorf("%w: %s has no torch: %s -m pip install torch", ErrUnavailable, python, shellWord(python))
}

// torchEnv bounds the threads of the libraries that torch may be built on; torch itself
// is told by the runner, but OpenBLAS and BLIS read theirs once.
func torchEnv(s Setup) (env []string) {
	threads := strconv.Itoa(cpuThreads(s.Threads))
	for _, variable := range []string{"OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS"} {
		env = append(env, variable+"="+threads)
	}
	return env
}

// openTorch tells what is missing. In this process nothing of torch is ever loaded.
func openTorch(s Setup) (Runner, error) {
	argv, err := torchProgram(s)
	if err != nil {
		return nil, err
	}
	return &foreignRunner{launch: Launch{Runner: "torch", Argv: argv, Env: torchEnv(s)}}, nil
}

// A foreignRunner stands for a program in another language where a worker has not been
// replaced by it: it lists what the program lists, and computes nothing.
type foreignRunner struct {
	launch Launch
	about  About
}

// Devices starts the program, asks it and ends it.
func (r *foreignRunner) Devices() ([]Device, error) {
	ctx := context.Background()
	w, err := Start(ctx, r.launch)
	if err != nil {
		return nil, err
	}
	devices, err := w.Devices(ctx)
	r.about = w.About()
	return devices, failed(firstError(err, w.Close()))
}

func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

func (r *foreignRunner) About() About { return r.about }

func (r *foreignRunner) Prepare(Device, workloads.Workload, Options) (Task, error) {
	return nil, fmt.Errorf("%w: this system cannot start %s in place of a worker: run it with --external", ErrUnavailable, r.launch.Runner)
}
