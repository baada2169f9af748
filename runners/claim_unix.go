//go:build linux || darwin

package runners

import (
	"os"

	"golang.org/x/sys/unix"
)

// claimWire takes stdin and stdout for the protocol alone. Both move to
// descriptors that no child inherits; in their place stand /dev/null and stderr.
func claimWire() (in, out *os.File, err error) {
	wire := [2]int{}
	for fd := range wire {
		if wire[fd], err = unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 3); err != nil {
			return nil, nil, os.NewSyscallError("fcntl", err)
		}
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		return nil, nil, err
	}
	defer null.Close()
	if err = replace(int(null.Fd()), 0); err == nil {
		err = replace(2, 1)
	}
	if err != nil {
		return nil, nil, os.NewSyscallError("dup", err)
	}
	return os.NewFile(uintptr(wire[0]), "wire in"), os.NewFile(uintptr(wire[1]), "wire out"), nil
}
