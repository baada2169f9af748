//go:build !linux && !darwin

package runners

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"
)

var errNoWorkers = errors.New("workers need process groups and a monotonic clock shared by processes: use Linux or macOS")

var clockZero = time.Now()

// ClockNS counts from the start of this process here, so that no worker's clock
// can agree with it.
func ClockNS() int64 { return int64(time.Since(clockZero)) }

func selfPath() (string, error)    { return os.Executable() }
func isolate(*exec.Cmd)            {}
func startProcess(*exec.Cmd) error { return fmt.Errorf("%w: %w", ErrUnavailable, errNoWorkers) }
func killGroup(int)                {}
func claimWire() (in, out *os.File, err error) {
	return nil, nil, fmt.Errorf("%w: %w", ErrUnavailable, errNoWorkers)
}
