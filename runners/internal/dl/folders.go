package dl

import (
	"path/filepath"
	"runtime"
)

// triplets are the folders of this architecture's libraries in Debian's layout.
var triplets = map[string]string{
	"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu", "riscv64": "riscv64-linux-gnu",
	"ppc64le": "powerpc64le-linux-gnu", "s390x": "s390x-linux-gnu", "loong64": "loongarch64-linux-gnu",
}

// Folders lists where libraries lie: those of LD_LIBRARY_PATH, lib of the Python
// environments, and the system's. The loader may know more.
func Folders() []string {
	dirs := listed("LD_LIBRARY_PATH")
	for _, root := range PythonEnvironments() {
		dirs = append(dirs, filepath.Join(root, "lib"))
	}
	dirs = append(dirs, "/usr/local/lib64", "/usr/lib64", "/opt/homebrew/lib")
	if triplet := triplets[runtime.GOARCH]; triplet != "" {
		dirs = append(dirs, "/usr/local/lib/"+triplet, "/usr/lib/"+triplet)
	}
	return dedupe(dirs)
}

// Find lists the files of a name, or pattern, in Folders, without loading any.
func Find(pattern string) (files []string) {
	for _, dir := range Folders() {
		found, _ := filepath.Glob(filepath.Join(dir, pattern)) // the pattern is well formed
		files = append(files, found...)
	}
	return dedupe(files)
}
