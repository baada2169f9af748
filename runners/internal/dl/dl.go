// Package dl loads shared libraries without cgo. All that a vendor's library needs
// is its own file; what is wrong with a file is one sentence that ends with the
// remedy.
package dl

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
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
		handle, err := load(path, global)
		if err == nil {
			return &Library{path, handle}, nil
		}
		if broken == nil && !absent(path, err) {
			broken = explain(path, err)
		}
	}
	if broken != nil {
		return nil, broken
	}
	return nil, fmt.Errorf("%s: %w", strings.Join(paths, ", "), ErrNotFound)
}

// absent reports whether a library that did not load is simply not there, where
// its own name is missing and not that of something it needs.
func absent(path string, err error) bool {
	if strings.ContainsRune(path, filepath.Separator) {
		_, err := os.Stat(path)
		return errors.Is(err, fs.ErrNotExist)
	}
	// dlopen has no codes; the texts of glibc, musl and macOS begin with or quote the name.
	text := err.Error()
	return strings.HasPrefix(text, path+": cannot open shared object file: No such file") ||
		strings.Contains(text, "Error loading shared library "+path+": No such file") || strings.Contains(text, "dlopen("+path+",")
}

// explain says in one sentence what is wrong with a file that does not load.
func explain(path string, err error) error {
	if e := inspect(path); e != nil {
		return e
	}
	text := strings.TrimPrefix(err.Error(), path+": ")
	if name, _, ok := strings.Cut(text, ": cannot open shared object file"); ok && name != path {
		return fmt.Errorf("%s needs %s, which is not here: install what provides it or add its folder to LD_LIBRARY_PATH", path, name)
	}
	return fmt.Errorf("%s cannot be loaded: %s", path, strings.Join(strings.Fields(text), " "))
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
		return 0, fmt.Errorf("%s has no function %s: it is another library or another version than is needed", l.Path, name)
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
