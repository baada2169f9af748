// Package opencl computes workloads on any device with an OpenCL 1.2 driver: GPUs
// of every maker, and processors through PoCL or Intel's runtime. The kernels are
// its own (folder kernels), compiled by the driver and tuned when a task is
// prepared; CLBlast's are taken where they are faster.
package opencl

import (
	"errors"
	"runtime"
	"sync"

	"joulemark/runners/internal/dl"
)

// ErrUnsupported is wrapped by the errors for what this package does not compute,
// or the device cannot hold.
var ErrUnsupported = errors.New("not computed by OpenCL kernels")

// ErrNoDevice says that the loader found no driver with a device.
var ErrNoDevice = errors.New("no OpenCL device")

// A Library is an OpenCL loader (ICD loader) or a driver that is one itself.
type Library struct {
	Path  string
	calls calls
	hot   hotCalls
	blas  func() *clblast // nil where it is not installed
}

// Loaders are the names that the OpenCL loader has on this system.
func Loaders() []string {
	if runtime.GOOS == "darwin" {
		return []string{"/System/Library/Frameworks/OpenCL.framework/OpenCL"}
	}
	return []string{"libOpenCL.so.1", "libOpenCL.so"}
}

// Load opens the first of paths that loads and binds what is needed of it. The
// error is dl.ErrNotFound, or says which function is missing.
func Load(paths ...string) (*Library, error) {
	shared, err := dl.Open(paths...)
	if err != nil {
		return nil, err
	}
	l := &Library{Path: shared.Path}
	l.blas = sync.OnceValue(l.loadCLBlast)
	if err := shared.Bind(l.names()); err != nil {
		return nil, err
	}
	for name, address := range l.hotNames() {
		if *address, err = shared.Symbol(name); err != nil {
			return nil, err
		}
	}
	return l, nil
}
