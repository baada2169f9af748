package opencl

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"joulemark/runners/internal/parts"
)

// childEnv marks the process in which a test drives a real driver: two of them in
// one process crash, and a driver may end it.
const childEnv = "JOULEMARK_TEST_OPENCL_CHILD"

// inChild runs the calling test again in a process of its own with the variables,
// and reports whether this is that process.
func inChild(t *testing.T, env ...string) (child bool, stderr string) {
	t.Helper()
	if os.Getenv(childEnv) != "" {
		return true, ""
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(append(os.Environ(), childEnv+"=1"), env...)
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	require.NoError(t, cmd.Run(), "%s\n%s", &out, &errs)
	require.Contains(t, out.String(), "--- PASS: "+t.Name())
	return false, errs.String()
}

// pocl names PoCL's driver alone; oclgrind the simulator that checks every access,
// by the .icd file of a folder.
func pocl(t *testing.T) []string { return DriverEnv(parts.Debian(t, "libpocl.so.2")) }

func oclgrind(t *testing.T) []string {
	t.Helper()
	folder := t.TempDir()
	library := parts.Debian(t, "liboclgrind-rt-icd.so")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "oclgrind.icd"), []byte(library+"\n"), 0o644))
	return append(DriverEnv(folder), "OCLGRIND_CHECK_API=1", "OCLGRIND_DATA_RACES=1", "OCLGRIND_STOP_ERRORS=20")
}

// device is the one device of the child's driver; as a GPU it gets the kernels of
// GPUs, which run anywhere.
func device(t *testing.T, asGPU bool) *Device {
	t.Helper()
	l, err := Load(Loaders()...)
	require.NoError(t, err)
	all, err := l.Devices()
	require.NoError(t, err)
	require.Len(t, all, 1)
	d := *all[0]
	d.CPU = !asGPU
	return &d
}
