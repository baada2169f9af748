package runners

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"
)

// A Launch says which process to start.
type Launch struct {
	Runner string   // name for messages; without Argv also the runner of this program to start
	Argv   []string // external program and its arguments, run without a shell; nil = this program's `worker Runner`
	Env    []string // KEY=VALUE, added to this process's environment
	Limits Limits   // the zero value is the protocol's
}

// Hello is what a worker says of itself.
type Hello struct {
	Runner   string
	Version  string
	Protocol int
}

// A Worker is the conductor's end of one runner process. Requests may come from
// one goroutine at a time; Pending.Wait, Kill, Dead and StderrTail from any.
//
// After anything that breaks the protocol, a limit that passed, a cancelled call
// or the process's exit, the process group has been killed, Dead reports true and
// every further call returns the same error, which wraps ErrFailed.
type Worker struct {
	launch Launch
	limits Limits
	hello  Hello
	about  About

	cmd    *exec.Cmd
	stdin  *os.File
	stdout *os.File
	stderr tail

	readDone chan struct{} // stdout has ended
	tailDone chan struct{} // stderr has ended
	exited   chan struct{} // the process has been reaped; cmd.ProcessState is set
	gone     chan struct{} // so is what it left behind

	runEndNS int64 // end of the last window, 0 before the first; the reader's alone

	mu      sync.Mutex // guards what follows
	err     error      // why the worker is dead
	lastID  int64
	pending []*request // sent and not answered, in order

}

// Start starts the process group and exchanges hello. The context bounds that
// alone, not the worker's life. Errors wrap ErrUnavailable if the program cannot
// be started and ErrFailed otherwise; nothing is left running after an error.
func Start(ctx context.Context, l Launch) (*Worker, error) {
	w := newWorker(l)
	if err := w.spawn(); err != nil {
		return nil, err
	}
	if err := w.greet(ctx); err != nil {
		w.Kill()
		if tail := w.StderrTail(); tail != "" {
			err = fmt.Errorf("%w; its stderr ended: %s", err, tail)
		}
		return nil, err
	}
	return w, nil
}

func newWorker(l Launch) *Worker {
	return &Worker{
		launch: l, limits: l.Limits.withDefaults(),
		readDone: make(chan struct{}), tailDone: make(chan struct{}), exited: make(chan struct{}), gone: make(chan struct{}),
	}
}

// spawn starts the process with pipes of our own: exec's would be closed by Wait
// before the last answer is read.
func (w *Worker) spawn() error {
	path, args, err := w.launch.command()
	if err != nil {
		return w.missing(err)
	}
	pipes, err := newPipes()
	if err != nil {
		return fmt.Errorf("%w: runner %s: %w: close other programs or raise the limit of open files", ErrFailed, w.launch.Runner, err)
	}
	w.cmd = &exec.Cmd{Path: path, Args: args, Env: append(os.Environ(), w.launch.Env...),
		Stdin: pipes.theirs[0], Stdout: pipes.theirs[1], Stderr: pipes.theirs[2]}
	isolate(w.cmd)
	err = startProcess(w.cmd)
	pipes.closeTheirs()
	if err != nil {
		pipes.closeOurs()
		return w.missing(err)
	}
	w.stdin, w.stdout = pipes.ours[0], pipes.ours[1]
	go w.read()
	go func() { defer close(w.tailDone); w.stderr.drain(pipes.ours[2]) }()
	go w.supervise(pipes)
	return nil
}

func (w *Worker) missing(err error) error {
	return fmt.Errorf("%w: runner %s: %w: see that the program exists and may be executed", ErrUnavailable, w.launch.Runner, err)
}

// command resolves what to execute.
func (l Launch) command() (path string, args []string, err error) {
	if len(l.Argv) == 0 {
		path, err = selfPath()
		return path, []string{os.Args[0], "worker", l.Runner}, err
	}
	path, err = exec.LookPath(l.Argv[0])
	return path, l.Argv, err
}

// supervise reaps the process, gives its last words a moment to be read, and
// then ends what it left behind.
func (w *Worker) supervise(p *pipes) {
	_ = w.cmd.Wait() // the exit is in ProcessState, which every message is made from
	close(w.exited)
	within(w.limits.Exit, w.readDone, w.tailDone)
	killGroup(w.cmd.Process.Pid) // children of the worker; their group keeps its number from being reused
	p.closeOurs()
	close(w.gone)
}

// within waits until all channels are closed, but no longer than d.
func within(d time.Duration, all ...<-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for _, c := range all {
		select {
		case <-c:
		case <-timer.C:
			return false
		}
	}
	return true
}

// Hello is what the worker said of itself at the start.
func (w *Worker) Hello() Hello { return w.hello }

// Dead reports whether the worker can do nothing more, so that the next step
// needs a fresh one.
func (w *Worker) Dead() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err != nil
}

// StderrTail is the end of what the worker wrote to stderr: at most 20 lines and
// 8 KiB, without control characters.
func (w *Worker) StderrTail() string { return w.stderr.String() }

// Close says bye and closes stdin, gives the worker a moment to end by itself,
// and then kills its group. The error, which wraps ErrFailed, says that killing
// was needed. A dead or closed worker closes without an error.
func (w *Worker) Close() error {
	if w.Dead() {
		w.Kill()
		return nil
	}
	_, _ = w.send(kindBye, func(h header) any { return h }, nil) // a worker that cannot hear it sees the end of stdin
	w.retire(fmt.Errorf("%w: runner %s was closed", ErrFailed, w.launch.Runner))
	_ = w.stdin.Close()
	ended := within(w.limits.Exit, w.exited)
	w.Kill()
	if !ended {
		return w.hung("it did not end within %v of bye", w.limits.Exit)
	}
	return nil
}

// Kill ends the worker's process group at once and returns when it is gone. It is
// safe at any time.
func (w *Worker) Kill() {
	w.fail(fmt.Errorf("%w: runner %s was killed", ErrFailed, w.launch.Runner))
	within(2*w.limits.Exit, w.gone) // a process that the kernel cannot end, in a driver, is not waited for
}
