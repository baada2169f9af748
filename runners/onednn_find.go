package runners

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"joulemark/runners/internal/dl"
)

// oneDNNPaths is where the library is looked for, the newest interface first: by
// name as the system's loader finds it, then in Python environments.
func oneDNNPaths(lib string) (paths []string) {
	if lib != "" {
		return []string{lib}
	}
	for _, major := range []string{"3", "2"} {
		name := "libdnnl.so." + major
		if runtime.GOOS == "darwin" {
			name = "libdnnl." + major + ".dylib"
		}
		paths = append(paths, name)
		for _, root := range dl.PythonEnvironments() {
			paths = append(paths, filepath.Join(root, "lib", name))
		}
	}
	return paths
}

// oneDNNEnv sets what OpenMP reads when it is loaded: the number of threads and,
// where the user has not, that each of several stays on a core of its own. A library whose
// threading library lies beside it (the wheels for Intel's OpenMP and TBB) finds it
// through the loader's path.
func oneDNNEnv(s Setup) []string {
	threads := cpuThreads(s.Threads)
	env := []string{"OMP_NUM_THREADS=" + strconv.Itoa(threads), "OMP_DYNAMIC=false"}
	if threads > 1 && os.Getenv("OMP_PROC_BIND") == "" && os.Getenv("OMP_PLACES") == "" && os.Getenv("GOMP_CPU_AFFINITY") == "" && os.Getenv("KMP_AFFINITY") == "" {
		env = append(env, "OMP_PLACES=cores", "OMP_PROC_BIND=spread")
	}
	if dir := threadingFolder(oneDNNPaths(s.Lib)); dir != "" {
		folders := append([]string{dir}, filepath.SplitList(os.Getenv("LD_LIBRARY_PATH"))...)
		env = append(env, "LD_LIBRARY_PATH="+strings.Join(folders, string(os.PathListSeparator)))
	}
	return env
}

// threadingFolder is the folder of the first library that is there, where a
// threading library lies beside it; else "".
func threadingFolder(paths []string) string {
	for _, path := range paths {
		dir := filepath.Dir(path)
		if _, err := os.Stat(path); err != nil || dir == "." {
			continue
		}
		for _, name := range []string{"libiomp5.so", "libtbb.so.12"} {
			if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
				return dir
			}
		}
		return ""
	}
	return ""
}
