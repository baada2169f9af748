//go:build unix

package results_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"testing"

	"joulemark/results"
	"joulemark/results/resultstest"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// fillDisk is the child: no file of it may grow beyond 64 KiB.
func fillDisk(dir string) {
	signal.Ignore(unix.SIGXFSZ)
	limit := unix.Rlimit{Cur: 64 << 10, Max: 64 << 10}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &limit); err != nil {
		fmt.Println(err)
		return
	}
	long := func(results.PlanDevice, string, int) (string, string) {
		return results.Void, strings.Repeat("busy ", 100)
	}
	fmt.Println(resultstest.MakeRun(dir, resultstest.Options{Trials: 30, Sensors: []resultstest.Sensor{}, Outcome: long}))
}

func TestFullDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), "JOULEMARK_TEST_FULL_DISK="+dir)
	said, err := child.CombinedOutput()
	require.NoError(t, err, string(said))
	require.Contains(t, string(said), "run/samples.csv: file too large: nothing written before is lost; make room and go on with --resume")

	content, err := os.ReadFile(filepath.Join(dir, "samples.csv"))
	require.NoError(t, err)
	require.True(t, bytes.HasSuffix(content, []byte("\n")), "the file ends in a whole line")
	run, err := results.Open(dir)
	require.NoError(t, err)
	require.Greater(t, len(run.Samples), 50)
	require.Empty(t, run.Notes)
}
