//go:build linux

package dl

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/parts"
)

// build compiles C text into a file of dir with gcc and returns its path.
func build(t *testing.T, dir, name, text string, flags ...string) string {
	t.Helper()
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		parts.Missing(t, "gcc")
	}
	source, out := filepath.Join(dir, name+".c"), filepath.Join(dir, name)
	require.NoError(t, os.WriteFile(source, []byte(text), 0o600))
	message, err := exec.Command(gcc, append([]string{"-o", out, source}, flags...)...).CombinedOutput()
	require.NoError(t, err, string(message))
	return out
}

// shared compiles a shared library.
func shared(t *testing.T, dir, name, text string, flags ...string) string {
	t.Helper()
	return build(t, dir, name, text, append([]string{"-shared", "-fPIC"}, flags...)...)
}

// file writes a file of dir.
func file(t *testing.T, dir, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, content, 0o600))
	return path
}
