package onednn

import (
	"fmt"

	"joulemark/runners/internal/dl"
)

// A Library is oneDNN, loaded. It is used by one goroutine.
type Library struct {
	Path    string // as the loader was given it
	Version string // "3.2.0"

	calls
	generation
	openMP
	interop
	cpuRuntime, gpuRuntime uint32
	isa                    string // what UseISA has asked for
	used                   bool   // a primitive was made, and the instruction set stays
}

// generations bind the API of a major version.
var generations = map[int32]func(*dl.Library) (generation, error){2: newGeneration2, 3: newGeneration3}

// Open loads the first of paths that loads (file names or paths) and learns which
// API it has. Nothing is computed and no instruction set chosen yet.
func Open(paths ...string) (*Library, error) {
	file, err := dl.Open(paths...)
	if err != nil {
		return nil, err
	}
	if !file.Has("dnnl_version") {
		return nil, fmt.Errorf("%s is not oneDNN, for it has no function dnnl_version: name a libdnnl library", file.Path)
	}
	l := &Library{Path: file.Path}
	if err := l.calls.bind(file); err != nil {
		return nil, err
	}
	v := l.version()
	l.Version = fmt.Sprintf("%d.%d.%d", v.major, v.minor, v.patch)
	l.cpuRuntime, l.gpuRuntime = v.cpuRuntime, v.gpuRuntime
	l.openMP.bind(file, v.cpuRuntime)
	l.interop.bind(file)
	bindGeneration, known := generations[v.major]
	if !known {
		return nil, fmt.Errorf("%s is oneDNN %s, whose interface is not known: install version 2 or 3", file.Path, l.Version)
	}
	l.generation, err = bindGeneration(file)
	return l, err
}

// Engines is how many engines of each kind the library sees.
func (l *Library) Engines() (cpu, gpu int) {
	return int(l.engineCount(engineCPU)), int(l.engineCount(engineGPU))
}

// runtimes are names of what computes in a build (dnnl_config.h).
var runtimes = map[uint32]string{
	0: "none", runtimeSequential: "sequential", runtimeOpenMP: "OpenMP", runtimeTBB: "TBB", runtimeThreadpool: "a thread pool of the caller",
	runtimeOpenCL: "OpenCL", runtimeSYCL: "SYCL",
}

// Runtimes say what the build computes with on CPU and GPU.
func (l *Library) Runtimes() (cpu, gpu string) { return runtimes[l.cpuRuntime], runtimes[l.gpuRuntime] }
