//go:build unix

package results

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// lockFolder takes the folder for this process until the file is closed. The
// lock is on the directory itself, so that no lock file is left as litter and
// none goes stale: the kernel drops it with the process. Some network file
// systems cannot lock directories; there the run goes on without.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		f.Close()
		return nil, fmt.Errorf("%s is %w: wait for it to end, or choose another --out", dir, ErrLocked)
	}
	return f, nil
}
