package runners

import (
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

// selfPath is this very program, also after its file was rebuilt in mid-run: all
// trials of a run must measure the same code.
func selfPath() (string, error) { return "/proc/self/exe", nil }

// isolate puts the command into a process group of its own, so that it and all
// that it starts can be killed together, and has it die with this program.
func isolate(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

var spawner = sync.OnceValue(func() chan<- func() {
	jobs := make(chan func())
	go func() {
		runtime.LockOSThread()
		for job := range jobs {
			job()
		}
	}()
	return jobs
})

// startProcess starts the command from a thread that lives as long as the
// program. Pdeathsig fires when the thread that forked dies, not the process,
// and Go ends a thread whenever a goroutine that is locked to it returns.
func startProcess(c *exec.Cmd) error {
	result := make(chan error, 1)
	spawner() <- func() { result <- c.Start() }
	return <-result
}
