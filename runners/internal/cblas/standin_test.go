//go:build linux

package cblas

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/parts"
)

// standIn compiles testdata/standin.c with the names given as flags ("MKL",
// "THREADS=4"…) and returns the library's path.
func standIn(t *testing.T, flags ...string) string {
	t.Helper()
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		parts.Missing(t, "gcc")
	}
	out := filepath.Join(t.TempDir(), "libstandin.so.1")
	args := []string{"-shared", "-fPIC", "-O2", "-o", out, "testdata/standin.c"}
	for _, f := range flags {
		args = append(args, "-D"+f)
	}
	message, err := exec.Command(gcc, args...).CombinedOutput()
	require.NoError(t, err, string(message))
	return out
}

// prefixed are the flags for symbols with a prefix, as SciPy's wheels have them.
func prefixed(names ...string) (flags []string) {
	for _, n := range names {
		flags = append(flags, n+"=scipy_"+n)
	}
	return flags
}

func opened(t *testing.T, path string) *Library {
	t.Helper()
	l, err := Open(path)
	require.NoError(t, err)
	return l
}
