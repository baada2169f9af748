// Package parts finds the real vendor libraries that tests drive. .ci/parts
// installs them, each pinned; a test whose part is missing is skipped, except in
// CI (JOULEMARK_CI is set), where that is a failure.
package parts

import (
	"os"
	"path/filepath"
	"testing"
)

// Folder is where .ci/parts has put its Python environment: JOULEMARK_PARTS, else
// the user's cache.
func Folder() string {
	if dir := os.Getenv("JOULEMARK_PARTS"); dir != "" {
		return dir
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(cache, "joulemark", "parts")
}

// InCI reports whether a missing part is a failure.
func InCI() bool { return os.Getenv("JOULEMARK_CI") != "" }

// Missing ends a test whose part is not on this machine.
func Missing(t testing.TB, part string) {
	t.Helper()
	if InCI() {
		t.Fatalf("%s is not here: run .ci/parts", part)
	}
	t.Skipf("%s is not here: .ci/parts installs it", part)
}

// Venv is the Python environment of the parts.
func Venv(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(Folder(), "venv")
	if _, err := os.Stat(dir); err != nil {
		Missing(t, "the Python environment of the parts")
	}
	return dir
}

// Python is the interpreter of that environment; it sees Debian's python3-torch.
func Python(t testing.TB) string { return filepath.Join(Venv(t), "bin", "python") }

// Wheel is a file of a wheel, given by a pattern below site-packages or, where it
// begins with "lib/", below the environment itself.
func Wheel(t testing.TB, pattern string) string {
	t.Helper()
	for _, below := range []string{"lib/python3*/site-packages", "."} {
		found, _ := filepath.Glob(filepath.Join(Venv(t), below, pattern)) // the pattern is well formed
		if len(found) > 0 {
			return found[0]
		}
	}
	Missing(t, pattern)
	return ""
}

// XLACPU, XLACPUOld, OneDNN and OpenBLAS are the wheels' libraries: the XLA CPU
// plugin (PJRT API 0.115), an older one (0.81), oneDNN 3.2 and OpenBLAS 0.3.34 with
// prefixed symbols.
func XLACPU(t testing.TB) string    { return Wheel(t, "lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so") }
func XLACPUOld(t testing.TB) string { return Wheel(t, "xla_plugins/xla_cpu_pjrt/xla_cpu_pjrt.so") }
func OneDNN(t testing.TB) string    { return Wheel(t, "lib/libdnnl.so.3") }
func OpenBLAS(t testing.TB) string  { return Wheel(t, "scipy_openblas32/lib/libscipy_openblas.so") }

// Debian is a library of a Debian package, by its soname.
func Debian(t testing.TB, soname string) string {
	t.Helper()
	for _, pattern := range []string{"/usr/lib/*-linux-gnu", "/usr/lib/*-linux-gnu/*", "/usr/lib", "/usr/lib/*"} {
		found, _ := filepath.Glob(filepath.Join(pattern, soname))
		if len(found) > 0 {
			return found[0]
		}
	}
	Missing(t, soname)
	return ""
}
