//go:build linux && !nodl

package nvml

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/ebitengine/purego"
)

// A symbols is a loaded library and the addresses of its functions. It stays loaded:
// what go-nvml has bound to it must not move.
type symbols struct {
	path   string
	handle uintptr

	mu    sync.Mutex
	known map[string]uintptr // 0 = the library lacks it
}

// load loads the first library of paths that is there.
func load(paths []string) (*symbols, error) {
	for _, path := range paths {
		handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
		if err == nil {
			return &symbols{path: path, handle: handle, known: map[string]uintptr{}}, nil
		}
		if !missing(path, err) {
			return nil, fmt.Errorf("%w: %s cannot be loaded: %s: install the NVIDIA driver made for this machine", ErrNone, path, strings.Join(strings.Fields(err.Error()), " "))
		}
	}
	if len(paths) == 1 {
		return nil, fmt.Errorf("%w: %s does not exist: name a libnvidia-ml.so.1", ErrNone, paths[0])
	}
	return nil, absent()
}

// missing tells a library that is not there from one that does not load. The loader
// has texts and no codes; glibc's begins with the name it looked for.
func missing(path string, err error) bool {
	if strings.ContainsRune(path, filepath.Separator) {
		_, err := os.Stat(path)
		return os.IsNotExist(err)
	}
	return strings.HasPrefix(err.Error(), path+": cannot open shared object file: No such file") ||
		strings.Contains(err.Error(), "Error loading shared library "+path+": No such file")
}

// find is the address of the first of several names of a function that the library
// has, newest first. The error is of the first name.
func (s *symbols) find(names ...string) (uintptr, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range names {
		address, seen := s.known[name]
		if !seen {
			address, _ = purego.Dlsym(s.handle, name) // 0 is all there is to know
			s.known[name] = address
		}
		if address != 0 {
			return address, nil
		}
	}
	return 0, &Error{names[0], FunctionNotFound}
}

// Functions with more than one name, newest first. Renamed calls have the same
// arguments and, for what is read here, the same layout.
var (
	initNames      = []string{"nvmlInit_v2", "nvmlInit"}
	countNames     = []string{"nvmlDeviceGetCount_v2", "nvmlDeviceGetCount"}
	handleNames    = []string{"nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetHandleByIndex"}
	pciNames       = []string{"nvmlDeviceGetPciInfo_v3", "nvmlDeviceGetPciInfo_v2", "nvmlDeviceGetPciInfo"}
	processesNames = []string{"nvmlDeviceGetComputeRunningProcesses_v3", "nvmlDeviceGetComputeRunningProcesses_v2"}
	eventsNew      = "nvmlDeviceGetCurrentClocksEventReasons"
	eventsOld      = "nvmlDeviceGetCurrentClocksThrottleReasons"
)
