package runners

import (
	"os"
	"os/exec"
	"syscall"
)

func selfPath() (string, error) { return os.Executable() }

// isolate puts the command into a process group of its own, so that it and all
// that it starts can be killed together. macOS has no Pdeathsig: a worker ends
// with this program because its stdin does.
func isolate(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

func startProcess(c *exec.Cmd) error { return c.Start() }
