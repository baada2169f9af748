package runners

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// pythons lists the Python interpreters that a user may mean, the most likely first:
// those of the active environments, every python3 on the PATH, the system's. Version
// managers put scripts on the PATH, whose interpreters lie in versions/ beside them.
func pythons() (all []string) {
	add := func(path string) {
		if info, err := os.Stat(path); err == nil && !info.IsDir() && !slices.Contains(all, path) {
			all = append(all, path)
		}
	}
	for _, variable := range []string{"VIRTUAL_ENV", "CONDA_PREFIX"} {
		if root := os.Getenv(variable); root != "" {
			add(filepath.Join(root, "bin", "python3"))
			add(filepath.Join(root, "bin", "python"))
		}
	}
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if filepath.Base(dir) != "shims" {
			add(filepath.Join(dir, "python3"))
			continue
		}
		managed, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), "versions", "*", "bin", "python3")) // the pattern is well formed
		for _, python := range managed {
			add(python)
		}
	}
	add("/usr/bin/python3")
	return all
}

// namedPython is the interpreter that a user named: a command of the PATH, a file, or
// the one in an environment's folder.
func namedPython(path string) string {
	if found, err := exec.LookPath(path); err == nil && !strings.ContainsRune(path, filepath.Separator) {
		return found
	}
	for _, below := range []string{"bin/python3", "bin/python"} {
		if python := filepath.Join(path, below); exists(python) {
			return python
		}
	}
	return path
}

// hasModule reports whether an interpreter can import a package, by looking for the
// package's folder where that interpreter looks. Nothing is executed or imported: a
// package as large as torch takes seconds to import.
func hasModule(python, module string) bool {
	for _, dir := range moduleFolders(python) {
		if exists(filepath.Join(dir, module, "__init__.py")) {
			return true
		}
	}
	return false
}

// moduleFolders lists where an interpreter looks for packages: PYTHONPATH, its own
// environment, and the system's and the user's where the environment sees them.
func moduleFolders(python string) []string {
	dirs := filepath.SplitList(os.Getenv("PYTHONPATH"))
	version := pythonVersion(python)
	root := filepath.Dir(filepath.Dir(python))
	config, err := os.ReadFile(filepath.Join(root, "pyvenv.cfg"))
	if err != nil { // no virtual environment: the installation that a link leads to counts too
		if real, err := filepath.EvalSymlinks(python); err == nil {
			dirs = append(dirs, packageFolders(filepath.Dir(filepath.Dir(real)), version)...)
		}
		return append(append(dirs, packageFolders(root, version)...), sharedFolders(version)...)
	}
	dirs = append(dirs, packageFolders(root, version)...)
	if systemSite.Match(config) {
		if home := venvHome.FindSubmatch(config); home != nil {
			dirs = append(dirs, packageFolders(filepath.Dir(string(home[1])), version)...)
		}
		dirs = append(dirs, sharedFolders(version)...)
	}
	return dirs
}

var (
	systemSite = regexp.MustCompile(`(?mi)^include-system-site-packages\s*=\s*true\s*$`)
	venvHome   = regexp.MustCompile(`(?m)^home\s*=\s*(.*\S)\s*$`)
	versioned  = regexp.MustCompile(`^python(3\.\d+)$`)
)

// pythonVersion is "3.11" where the interpreter's file is called so, else "3*".
func pythonVersion(python string) string {
	if real, err := filepath.EvalSymlinks(python); err == nil {
		if m := versioned.FindStringSubmatch(filepath.Base(real)); m != nil {
			return m[1]
		}
	}
	return "3*"
}

// packageFolders are those of an installation; Debian calls them dist-packages.
func packageFolders(root, version string) (dirs []string) {
	for _, pattern := range []string{"lib/python" + version + "/site-packages", "lib64/python" + version + "/site-packages",
		"lib/python3/dist-packages", "lib/python" + version + "/dist-packages", "local/lib/python" + version + "/dist-packages"} {
		found, _ := filepath.Glob(filepath.Join(root, pattern)) // a root with a bracket finds nothing
		dirs = append(dirs, found...)
	}
	return dirs
}

// sharedFolders are the user's own packages.
func sharedFolders(version string) []string {
	home, err := os.UserHomeDir()
	if err != nil {
		return nil
	}
	return packageFolders(filepath.Join(home, ".local"), version)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// program reports whether a path is a file that may be executed and is no library.
func program(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 && !libraryName.MatchString(filepath.Base(path))
}

var libraryName = regexp.MustCompile(`\.(so|dylib)(\.|$)`)

// shellWord quotes a path for a command that a user may copy.
func shellWord(s string) string {
	if !strings.ContainsAny(s, " \t'\"\\$&;()*?<>|`") {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
