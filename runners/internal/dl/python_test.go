package dl

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// touch makes an empty file below root, and returns its path.
func touch(t *testing.T, root, name string) string {
	t.Helper()
	path := filepath.Join(root, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, nil, 0o700))
	return path
}

// onlyThese makes an environment without any Python but what a test names.
func onlyThese(t *testing.T, variables map[string]string) {
	t.Helper()
	for _, name := range []string{"VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "LD_LIBRARY_PATH"} {
		t.Setenv(name, variables[name])
	}
	for _, name := range []string{"HOME", "PATH"} { // empty means another place
		value := variables[name]
		if value == "" {
			value = t.TempDir()
		}
		t.Setenv(name, value)
	}
}

// below keeps the paths that lie in a folder of the test.
func below(root string, paths []string) (out []string) {
	for _, p := range paths {
		if strings.HasPrefix(p, root) {
			out = append(out, strings.TrimPrefix(p, root+"/"))
		}
	}
	return out
}

func TestPythonEnvironments(t *testing.T) {
	root := t.TempDir()
	touch(t, root, "path/bin/python3")
	onlyThese(t, map[string]string{
		"VIRTUAL_ENV": root + "/venv", "CONDA_PREFIX": root + "/conda", "HOME": root + "/home", "PATH": root + "/path/bin",
	})
	require.Equal(t, []string{"venv", "conda", "path", "home/.local"}, below(root, PythonEnvironments()))
	all := PythonEnvironments()
	require.Equal(t, []string{"/usr/local", "/usr"}, all[len(all)-2:])
}

// An interpreter on the PATH may be a link, as in an environment of venv; both the
// environment and what it was made from count, once.
func TestPythonEnvironmentsFollowTheInterpreter(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	base := touch(t, root, "base/bin/python3")
	require.NoError(t, os.MkdirAll(filepath.Join(root, "venv", "bin"), 0o700))
	require.NoError(t, os.Symlink(base, filepath.Join(root, "venv", "bin", "python3")))
	onlyThese(t, map[string]string{"VIRTUAL_ENV": root + "/venv", "PATH": root + "/venv/bin"})
	require.Equal(t, []string{"venv", "base"}, below(root, PythonEnvironments()))
}

func TestFindPython(t *testing.T) {
	root := t.TempDir()
	files := []string{
		"extra/libtpu/libtpu.so",
		"venv/lib/python3.14/site-packages/libtpu/libtpu.so",
		"conda/lib/python3.11/site-packages/libtpu/libtpu.so",
		"home/.local/lib/python3.9/site-packages/libtpu/libtpu.so",
		"home/.local/lib64/python3.9/site-packages/libtpu/libtpu.so",
	}
	for _, f := range append(files, "venv/lib/python2.7/site-packages/libtpu/libtpu.so", "venv/lib/python3.14/site-packages/libother/libtpu.so") {
		touch(t, root, f)
	}
	onlyThese(t, map[string]string{
		"PYTHONPATH": root + "/extra" + string(filepath.ListSeparator) + root + "/absent", "VIRTUAL_ENV": root + "/venv", "CONDA_PREFIX": root + "/conda", "HOME": root + "/home",
	})
	require.Equal(t, files, below(root, FindPython("libtpu/libtpu.so")))
	require.Equal(t, files, below(root, FindPython("libtpu/*.so")))
	require.Empty(t, below(root, FindPython("libtpu/absent.so")))
}

func TestFindPythonTwiceNamedIsFoundOnce(t *testing.T) {
	root := t.TempDir()
	touch(t, root, "venv/lib/python3.14/site-packages/x/x.so")
	onlyThese(t, map[string]string{"VIRTUAL_ENV": root + "/venv", "CONDA_PREFIX": root + "/venv", "PYTHONPATH": root + "/venv/lib/python3.14/site-packages"})
	require.Len(t, below(root, FindPython("x/x.so")), 1)
}

func TestDebianPackagesOfPython(t *testing.T) {
	root := t.TempDir()
	touch(t, root, "usr/lib/python3/dist-packages/x/x.so")
	touch(t, root, "usr/lib/python3.13/dist-packages/x/x.so")
	onlyThese(t, map[string]string{"VIRTUAL_ENV": root + "/usr"})
	require.Len(t, below(root, FindPython("x/x.so")), 2)
}

func TestFindLooksInFolders(t *testing.T) {
	root := t.TempDir()
	touch(t, root, "own/libx.so.1")
	touch(t, root, "venv/lib/libx.so.1")
	touch(t, root, "venv/lib/liby.so.1")
	onlyThese(t, map[string]string{"LD_LIBRARY_PATH": root + "/own", "VIRTUAL_ENV": root + "/venv"})
	require.Equal(t, []string{"own/libx.so.1", "venv/lib/libx.so.1"}, below(root, Find("libx.so.1")))
	require.Equal(t, []string{"own/libx.so.1", "venv/lib/libx.so.1", "venv/lib/liby.so.1"}, below(root, Find("lib[xy].so.1")))
	require.Empty(t, below(root, Find("libz.so.1")))
}

// The current folder is not searched, whatever a variable says.
func TestRelativeFoldersAreLeftOut(t *testing.T) {
	root := t.TempDir()
	touch(t, root, "x/x.so")
	t.Chdir(root)
	onlyThese(t, map[string]string{"PYTHONPATH": ":.", "LD_LIBRARY_PATH": ":x"})
	require.Empty(t, FindPython("x/x.so"))
	require.Empty(t, Find("x.so"))
}
