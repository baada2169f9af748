//go:build (linux || darwin) && !nodl

package dl

import "github.com/ebitengine/purego"

func load(path string, global bool) (uintptr, error) {
	mode := purego.RTLD_NOW | purego.RTLD_LOCAL
	if global {
		mode = purego.RTLD_NOW | purego.RTLD_GLOBAL
	}
	return purego.Dlopen(path, mode)
}

func symbol(handle uintptr, name string) (uintptr, error) { return purego.Dlsym(handle, name) }

func register(function any, address uintptr) { purego.RegisterFunc(function, address) }

// Call calls a C function whose arguments and result are all integers or pointers.
// Memory that the callee keeps must be pinned or its own.
func Call(function uintptr, args ...uintptr) uintptr {
	r, _, _ := purego.SyscallN(function, args...)
	return r
}
