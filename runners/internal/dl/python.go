package dl

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// PythonEnvironments lists the roots of the Python environments that this user
// works in, the active one first: VIRTUAL_ENV and CONDA_PREFIX, the one whose
// python3 is on the PATH, the user's own packages and the system's. Libraries from
// PyPI lie below them. Nothing is executed.
func PythonEnvironments() []string {
	roots := []string{os.Getenv("VIRTUAL_ENV"), os.Getenv("CONDA_PREFIX")}
	if python, err := exec.LookPath("python3"); err == nil {
		roots = append(roots, filepath.Dir(filepath.Dir(python)))
		if real, err := filepath.EvalSymlinks(python); err == nil {
			roots = append(roots, filepath.Dir(filepath.Dir(real)))
		}
	}
	if home, err := os.UserHomeDir(); err == nil {
		roots = append(roots, filepath.Join(home, ".local"))
	}
	var out []string
	for _, r := range append(roots, "/usr/local", "/usr") {
		if r != "" && r != "/" && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// PythonPackages lists the folders that hold Python packages: those of PYTHONPATH,
// then those of the environments.
func PythonPackages() (dirs []string) {
	dirs = listed("PYTHONPATH")
	for _, root := range PythonEnvironments() {
		for _, pattern := range []string{"lib/python3*/site-packages", "lib/python3*/dist-packages", "lib/python3/dist-packages", "lib64/python3*/site-packages"} {
			found, _ := filepath.Glob(filepath.Join(root, pattern)) // the pattern is well formed
			dirs = append(dirs, found...)
		}
	}
	return dedupe(dirs)
}

// FindPython lists files below the folders of Python packages that match pattern,
// such as "libtpu/libtpu.so".
func FindPython(pattern string) (files []string) {
	for _, dir := range PythonPackages() {
		found, _ := filepath.Glob(filepath.Join(dir, pattern))
		files = append(files, found...)
	}
	return dedupe(files)
}

// listed are the folders that a variable lists. Those that depend on the current
// folder are left out: what lies there must not be loaded by accident.
func listed(variable string) []string {
	return slices.DeleteFunc(filepath.SplitList(os.Getenv(variable)), func(dir string) bool { return !filepath.IsAbs(dir) })
}

func dedupe(in []string) (out []string) {
	for _, s := range in {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
