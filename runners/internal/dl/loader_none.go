//go:build !(linux || darwin) || nodl

package dl

import "errors"

// errNone: built for a system whose loader is not used (musl with the tag nodl).
var errNone = errors.New("this program was built without loading of libraries: take the build with it")

func load(string, bool) (uintptr, error)      { return 0, errNone }
func symbol(uintptr, string) (uintptr, error) { return 0, errNone }
func register(any, uintptr)                   {}

// Call is never reached, since nothing can be loaded.
func Call(uintptr, ...uintptr) uintptr { return 0 }
