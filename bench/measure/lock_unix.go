//go:build unix

package measure

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// lockMachine takes the machine for one run. The kernel gives the lock back when
// the process ends, however it ends, so that no stale lock can remain.
func lockMachine() (release func(), err error) {
	path := filepath.Join(os.TempDir(), "joulemark.lock")
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot open the lock of this machine %s: %w: make it writable, or set TMPDIR", path, err)
	}
	_ = f.Chmod(0o666) // so that other users' runs see the lock; only its owner can
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("another run is measuring on this machine: wait for it, or give --share-machine (its rows are void)")
	}
	return func() { f.Close() }, nil
}
