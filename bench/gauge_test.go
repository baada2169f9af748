package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"joulemark/results"
)

// An ACPI power meter of the whole machine that after two rows prints an error
// of its driver as a number, as amdgpu did: 4294967201 µW is -95.
func TestAGaugeThatReturnsAnErrorCodeLosesItsJoulesAndNotTheRun(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "sys/class/hwmon/hwmon0")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	write := func(name, value string) { // in place: sysfs does not rename
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(value+"\n"), 0o644))
	}
	write("name", "power_meter")
	write("power1_average_interval", "100")
	write("power1_average", "300000000")
	run := filepath.Join(t.TempDir(), "run")
	done, quit := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		f, err := os.OpenFile(filepath.Join(dir, "power1_average"), os.O_WRONLY, 0)
		if err != nil {
			return
		}
		defer f.Close()
		for i := 0; ; i++ {
			select {
			case <-quit:
				return
			case <-time.After(20 * time.Millisecond):
			}
			microwatts := int64(300e6 + 1e6*float64(i%7))
			if rowsIn(filepath.Join(run, "samples.csv")) >= 2 {
				microwatts = 4294967201
			}
			fmt.Fprintf(offset{f}, "%-12d\n", microwatts)
		}
	}()
	r := joulemark(t, "run", "--suite", smoke, "--out", run, "--no-figures", "--sensor-root", root)
	close(quit)
	<-done
	r.ok(t)
	first, last := open(t, run).Samples[0], open(t, run).Samples[5]
	require.InDelta(t, 303, first.EnergyJ/first.DurationS, 15)
	require.Equal(t, "system", first.EnergyScopeClass)
	require.Equal(t, results.OK, last.Status)
	require.True(t, math.IsNaN(last.EnergyJ))
	require.Contains(t, last.StatusReason, "no joules: hwmon:")
	verified(t, run)
}

// offset writes at the start of a file, whatever was written before.
type offset struct{ f *os.File }

func (o offset) Write(p []byte) (int, error) { return o.f.WriteAt(p, 0) }
