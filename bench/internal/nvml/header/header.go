// Package header finds NVIDIA's own nvml.h and a C compiler for tests.
package header

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Find is nvml.h of the wheel nvidia-nvml-dev, which .ci/parts installs.
func Find(t testing.TB) string {
	t.Helper()
	parts := os.Getenv("JOULEMARK_PARTS")
	if parts == "" {
		cache, _ := os.UserCacheDir() // "" is a folder without parts
		parts = filepath.Join(cache, "joulemark", "parts")
	}
	found, _ := filepath.Glob(filepath.Join(parts, "venv/lib/python3*/site-packages/nvidia/*/include/nvml.h")) // the pattern is well formed
	if len(found) == 0 {
		missing(t, "nvml.h of the wheel nvidia-nvml-dev")
	}
	return found[0]
}

// GCC is the compiler.
func GCC(t testing.TB) string {
	t.Helper()
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		missing(t, "gcc")
	}
	return gcc
}

// missing ends a test whose part is not on this machine.
func missing(t testing.TB, part string) {
	t.Helper()
	if os.Getenv("JOULEMARK_CI") != "" {
		t.Fatalf("%s is not here: run .ci/parts", part)
	}
	t.Skipf("%s is not here: .ci/parts installs it", part)
}
