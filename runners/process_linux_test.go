package runners

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// With this variable the test binary is a conductor that starts a worker, says so
// and waits to be killed.
const fakeConductor = "JOULEMARK_TEST_FAKE_CONDUCTOR"

// A conductor that is killed takes its worker along, even one that ignores the
// end of its stdin.
func TestWorkerDiesWithConductor(t *testing.T) {
	c := exec.Command(os.Args[0], "-test.run=^TestFakeConductor$")
	c.Env = append(os.Environ(), fakeConductor+"="+python(t))
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	var group int
	_, err = fmt.Fscanln(out, &group)
	require.NoError(t, err)
	require.NotEmpty(t, members(group), "the worker lives")

	require.NoError(t, c.Process.Kill())
	_ = c.Wait() // it was killed
	requireGone(t, group)
}

// TestFakeConductor is no test by itself: it is the process that
// TestWorkerDiesWithConductor kills.
func TestFakeConductor(t *testing.T) {
	path, wanted := os.LookupEnv(fakeConductor)
	if !wanted {
		return
	}
	w, err := Start(t.Context(), Launch{Runner: "deaf", Argv: []string{path, "-B", "testdata/wicked.py", "deaf"}})
	require.NoError(t, err)
	fmt.Println(w.Group())
	select {}
}

// The parent-death signal follows the thread that forked. Here the goroutine that
// starts the worker takes its thread with it when it returns.
func TestWorkerOutlivesThread(t *testing.T) {
	w, thread := startOnDyingThread(t)
	gone := func() bool { _, err := os.Stat(fmt.Sprintf("/proc/self/task/%d", thread)); return err != nil }
	require.Eventually(t, gone, 20*time.Second, time.Millisecond)
	_, err := w.Devices(t.Context())
	require.NoError(t, err)
	require.NoError(t, w.Close())
}

// startOnDyingThread tries until the thread is not the process's first, which
// does not end.
func startOnDyingThread(t *testing.T) (w *Worker, thread int) {
	t.Helper()
	for thread == 0 || thread == os.Getpid() {
		var err error
		started := make(chan struct{})
		go func() {
			defer close(started)
			runtime.LockOSThread()
			thread = unix.Gettid()
			w, err = Start(t.Context(), Launch{Runner: "fake", Argv: []string{os.Args[0]}, Env: []string{fakeWorker + "=honest"}})
		}()
		<-started
		require.NoError(t, err)
		t.Cleanup(w.Kill)
	}
	return w, thread
}
