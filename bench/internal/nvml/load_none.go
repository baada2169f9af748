//go:build !linux || nodl

package nvml

import (
	"fmt"
	"runtime"
)

// symbols are those of no library: this program is for a system without NVIDIA's
// driver, or was built without the loader (the tag nodl, for musl).
type symbols struct{ path string }

func load([]string) (*symbols, error) {
	if runtime.GOOS != "linux" {
		return nil, fmt.Errorf("%w on %s: use a Linux machine", ErrNone, runtime.GOOS)
	}
	return nil, fmt.Errorf("%w: this program was built without loading of libraries: take the build with it", ErrNone)
}

func bind(Binding, *symbols) (Library, error) { return nil, absent() }
