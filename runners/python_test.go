package runners

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// layout makes empty files below a folder, and links as "name -> target".
func layout(t *testing.T, files ...string) string {
	t.Helper()
	root := t.TempDir()
	for _, f := range files {
		path := filepath.Join(root, f)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, nil, 0o755))
	}
	return root
}

func TestModulesAreFoundWhereTheirInterpreterLooks(t *testing.T) {
	t.Setenv("PYTHONPATH", "")
	t.Setenv("HOME", t.TempDir())
	const inSite, inDist = "lib/python3.12/site-packages/torch/__init__.py", "lib/python3/dist-packages/torch/__init__.py"
	test := func(want bool, python string, files ...string) string {
		t.Helper()
		root := layout(t, append(files, python)...)
		require.Equal(t, want, hasModule(filepath.Join(root, python), "torch"), files)
		return root
	}
	test(true, "bin/python3", inSite)
	test(true, "bin/python3", inDist)
	test(true, "bin/python3", "lib64/python3.9/site-packages/torch/__init__.py")
	test(true, "bin/python3.12", inSite)
	test(false, "bin/python3.11", inSite)
	test(false, "bin/python3", "lib/python3.12/site-packages/torchvision/__init__.py")
	test(false, "bin/python3")

	base := test(true, "bin/python3", inDist)
	venv := func(config string) bool {
		root := layout(t, "bin/python3")
		require.NoError(t, os.WriteFile(filepath.Join(root, "pyvenv.cfg"), []byte("home = "+filepath.Join(base, "bin")+"\n"+config), 0o644))
		return hasModule(filepath.Join(root, "bin/python3"), "torch")
	}
	require.True(t, venv("include-system-site-packages = true\n"))
	require.False(t, venv("include-system-site-packages = false\n"))

	t.Setenv("PYTHONPATH", filepath.Join(base, "lib/python3/dist-packages"))
	require.True(t, venv("include-system-site-packages = false\n"))
}

func TestPythonsAreListedOnceInOrder(t *testing.T) {
	managed := layout(t, "shims/python3", "versions/3.12.1/bin/python3")
	env, path := layout(t, "bin/python3", "bin/python"), layout(t, "python3")
	t.Setenv("VIRTUAL_ENV", env)
	t.Setenv("CONDA_PREFIX", env)
	t.Setenv("PATH", path+":"+filepath.Join(managed, "shims")+":"+path)
	all := pythons()
	require.GreaterOrEqual(t, len(all), 4)
	require.Equal(t, []string{filepath.Join(env, "bin/python3"), filepath.Join(env, "bin/python"), filepath.Join(path, "python3"),
		filepath.Join(managed, "versions/3.12.1/bin/python3")}, all[:4])
	require.NotContains(t, all, filepath.Join(managed, "shims/python3"))
}

func TestWordsForTheShell(t *testing.T) {
	require.Equal(t, "/usr/bin/python3", shellWord("/usr/bin/python3"))
	require.Equal(t, `'/my env/it'\''s'`, shellWord("/my env/it's"))
}

func TestTorchNamesThePythonsItLookedAt(t *testing.T) {
	env := layout(t, "bin/python3")
	t.Setenv("VIRTUAL_ENV", env)
	t.Setenv("PATH", "")
	t.Setenv("PYTHONPATH", "")
	t.Setenv("JOULEMARK_PYTHON", env)
	_, err := openTorch(Setup{})
	require.ErrorIs(t, err, ErrUnavailable)
	python := filepath.Join(env, "bin/python3")
	require.EqualError(t, err, "unavailable: "+python+" has no torch: "+python+" -m pip install torch")
}
