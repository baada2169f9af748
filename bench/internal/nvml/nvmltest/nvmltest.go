// Package nvmltest builds a stand-in of NVIDIA's management library for tests: cards
// whose watts follow a law known in closed form, and whose sensors have the habits of
// real ones. What is driven through it goes by the real loader.
package nvmltest

import (
	"embed"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"joulemark/bench/internal/nvml"
	"joulemark/bench/internal/nvml/header"
)

//go:embed testdata
var source embed.FS

// Build compiles the stand-in without the functions named, as a driver that is older
// than they are, and returns its path. A test without gcc is skipped, except in CI.
func Build(t testing.TB, without ...string) string {
	t.Helper()
	var flags []string
	for _, f := range without {
		flags = append(flags, "-DWITHOUT_"+f)
	}
	return compile(t, append(flags, "-Werror")...)
}

// BuildAgainstHeader compiles it with the types of NVIDIA's own nvml.h, so that the
// compiler holds every signature against it. The header marks calls as deprecated
// that old drivers need.
func BuildAgainstHeader(t testing.TB) string {
	t.Helper()
	return compile(t, `-DNVML_HEADER="`+header.Find(t)+`"`, "-Werror", "-Wno-deprecated-declarations")
}

func compile(t testing.TB, flags ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"standin.c", "law.h"} {
		b, err := source.ReadFile("testdata/" + name)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), b, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	library := filepath.Join(dir, "libnvidia-ml.so.1")
	args := append([]string{"-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Wno-unused-function", "-o", library, filepath.Join(dir, "standin.c")}, flags...)
	if out, err := exec.Command(header.GCC(t), args...).CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, out)
	}
	return library
}

// Use makes a stand-in this process' NVML and that of its children until the test
// ends. Each card is "key=value,key=value"; testdata/standin.c says which keys.
func Use(t *testing.T, library string, cards ...string) {
	t.Helper()
	t.Setenv(nvml.Variable, library)
	t.Setenv("NVML_STANDIN_CARDS", strings.Join(cards, ";"))
}

// Options sets what the library itself does: "delay_ms=5", "init=9".
func Options(t *testing.T, options string) {
	t.Helper()
	t.Setenv("NVML_STANDIN", options)
}

// EnergyJ is what a card with this law draws from 0 to t s of CLOCK_MONOTONIC,
// worked out apart from the stand-in.
func EnergyJ(law string, t float64) float64 {
	kind, numbers, _ := strings.Cut(law, ":")
	var a, b, period float64
	_, _ = fmt.Sscanf(strings.ReplaceAll(numbers, ":", " "), "%g %g %g", &a, &b, &period) // a constant has one
	switch kind {
	case "sine":
		return a*t + b*period/(2*math.Pi)*(1-math.Cos(2*math.Pi*t/period))
	case "square":
		n, in := math.Modf(t / period)
		return a*t + (b-a)*(n*period/2+min(in*period, period/2))
	}
	return a * t
}
