// Package standin builds the stand-in plugin of testdata for tests.
package standin

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"joulemark/runners/internal/parts"
)

// A Variant is a build of the stand-in: definitions for the C compiler.
type Variant []string

var (
	// Old is PJRT 0.54: small structs.
	Old = Variant{"MINOR=54", "EXECUTE_OPTIONS=72", "CLIENT_CREATE=72"}
	// Known is 0.105, the newest whose layout is known.
	Known = Variant{"MINOR=105", "EXECUTE_OPTIONS=120", "CLIENT_CREATE=88"}
	// New is a plugin from the future whose structs have grown.
	New = Variant{"MINOR=140", "EXECUTE_OPTIONS=152", "CLIENT_CREATE=104"}
	// Grown has grown more than anything can foresee.
	Grown = Variant{"MINOR=900", "EXECUTE_OPTIONS=1000", "CLIENT_CREATE=88"}
	// Neuron demands sizes of exactly its own minor.
	Neuron = Variant{"MINOR=67", "EXECUTE_OPTIONS=80", "CLIENT_CREATE=88", "EQUAL"}
	// Short has a table that ends before what is needed.
	Short = Variant{"MINOR=60", "EXECUTE_OPTIONS=72", "CLIENT_CREATE=72", "SLOTS=40"}
	// Major speaks another interface.
	Major = Variant{"MINOR=2", "MAJOR=1", "EXECUTE_OPTIONS=72", "CLIENT_CREATE=72"}
	// Ancient is older than what is known.
	Ancient = Variant{"MINOR=30", "EXECUTE_OPTIONS=52", "CLIENT_CREATE=72"}
)

// Build gives a new copy of a variant, whose state is its own when it is loaded.
func Build(t testing.TB, v Variant) string {
	t.Helper()
	args := []string{}
	for _, d := range v {
		args = append(args, "-D"+d)
	}
	return Compile(t, "standin.c", "pjrt_standin.so", args...)
}

var (
	mutex sync.Mutex
	built = map[string][]byte{} // libraries by the compiler's arguments
)

// Compile makes a shared library of that name from a source of testdata; the same
// arguments are compiled once.
func Compile(t testing.TB, source, name string, args ...string) string {
	t.Helper()
	mutex.Lock()
	defer mutex.Unlock()
	path := filepath.Join(t.TempDir(), name)
	key := strings.Join(append(args, source), " ")
	if library, done := built[key]; done {
		if err := os.WriteFile(path, library, 0o755); err != nil {
			t.Fatal(err)
		}
		return path
	}
	compile(t, source, path, args)
	library, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	built[key] = library
	return path
}

func compile(t testing.TB, source, path string, args []string) {
	t.Helper()
	if _, err := exec.LookPath("gcc"); err != nil {
		parts.Missing(t, "gcc")
	}
	_, here, _, _ := runtime.Caller(0)
	args = append([]string{"-std=c11", "-D_GNU_SOURCE", "-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-o", path, filepath.Join(filepath.Dir(here), "..", "testdata", source)}, args...)
	if text, err := exec.CommandContext(t.Context(), "gcc", args...).CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, text)
	}
}
