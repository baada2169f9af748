package nvml

import (
	"fmt"
	"os"
)

// Simulated reports whether another library stands in for the driver's.
func Simulated() bool { return os.Getenv(Variable) != "" }

// Open starts the NVML of this machine, or the one that Variable names. Its errors
// wrap ErrNone and end with the remedy.
func Open() (Library, error) {
	if path := os.Getenv(Variable); path != "" {
		return OpenBy(Preferred, path)
	}
	return OpenBy(Preferred, places...)
}

// A Binding is a way to call the library's functions.
type Binding string

// The bindings. GoNVML is there where cgo is on.
const (
	Preferred Binding = ""
	GoNVML    Binding = "go-nvml"
	Purego    Binding = "purego"
)

// places where drivers put the library: the loader's own, WSL, NixOS, and where
// container runtimes mount it.
var places = []string{
	"libnvidia-ml.so.1",
	"/usr/lib/wsl/lib/libnvidia-ml.so.1",
	"/run/opengl-driver/lib/libnvidia-ml.so.1",
	"/usr/local/nvidia/lib64/libnvidia-ml.so.1",
}

// OpenBy starts the first library of paths that loads, by one of the bindings.
func OpenBy(b Binding, paths ...string) (Library, error) {
	s, err := load(paths)
	if err != nil {
		return nil, err
	}
	l, err := bind(b, s)
	if err != nil {
		return nil, noStart(s.path, err)
	}
	return l, nil
}

func absent() error {
	return fmt.Errorf("%w here (libnvidia-ml.so.1): install NVIDIA's driver (in a container: start it with --gpus all)", ErrNone)
}
