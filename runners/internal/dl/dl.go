// Package dl loads shared libraries without cgo. All that a vendor's library needs
// is its own file; what is wrong with a file is one sentence that ends with the
// remedy.
package dl

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// ErrNotFound says that no library was found where it was looked for.
var ErrNotFound = errors.New("not found")

// A Library is one that is loaded. It stays loaded until the process ends: what
// libraries leave behind (threads, exit handlers) does not survive unloading.
type Library struct {
	Path   string // as the loader was given it
	handle uintptr
}

// Open loads the first of paths that loads: file names, which the system's loader
// looks for, or paths. An error is of the first that exists and does not load,
// else ErrNotFound. Symbols stay local to the library and what it needs.
func Open(paths ...string) (*Library, error) { return open(false, paths) }

// OpenGlobal is Open for a library whose symbols others must see.
func OpenGlobal(paths ...string) (*Library, error) { return open(true, paths) }

func open(global bool, paths []string) (*Library, error) {
	var broken error
	for _, path := range paths {
		handle, err := openOne(path, global)
		if err == nil {
			return &Library{path, handle}, nil
		}
		if broken == nil && !errors.Is(err, ErrNotFound) {
			broken = err
		}
	}
	if broken != nil {
		return nil, broken
	}
	return nil, fmt.Errorf("%s: %w", strings.Join(paths, ", "), ErrNotFound)
}

// openOne looks into a file before the loader does: glibc's ends the process over
// a library that is cut short, and waits for ever for a pipe.
func openOne(path string, global bool) (uintptr, error) {
	if strings.ContainsRune(path, filepath.Separator) {
		if err := inspect(path); err != nil {
			return 0, err
		}
	}
	handle, err := load(path, global)
	if err != nil {
		return 0, explain(path, err.Error())
	}
	return handle, nil
}

// Has reports whether the library has a symbol.
func (l *Library) Has(symbol string) bool {
	_, err := l.Symbol(symbol)
	return err == nil
}

// Symbol is the address of a symbol.
func (l *Library) Symbol(name string) (uintptr, error) {
	address, err := symbol(l.handle, name)
	if err != nil || address == 0 {
		return 0, fmt.Errorf("%s has no function %s and is another library or version than is needed: name the right one", l.Path, name)
	}
	return address, nil
}

// Bind makes each function variable, given by pointer, call the symbol of its name.
// Nothing is bound where one is missing, so that a missing symbol is an error and
// not the end of the process.
func (l *Library) Bind(functions map[string]any) error {
	addresses := map[string]uintptr{}
	for name := range functions {
		a, err := l.Symbol(name)
		if err != nil {
			return err
		}
		addresses[name] = a
	}
	for name, f := range functions {
		register(f, addresses[name])
	}
	return nil
}
