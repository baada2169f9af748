package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/procfs"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"joulemark/results"
)

const longWindow = `name = "long"
description = "one step whose window is long enough to meddle with"
trials = 1
window_s = 3
window_updates = 0
warmup_max_s = 0.1
idle_s = 0.1
idle_max_s = 0.1
idle_updates = 0
iteration_limit_s = 10
max_competing_fraction = 1

[[matmul]]
dtype = "fp32"
n = 64
`

// A CPU that is taken from the worker in mid-window: the row is void and says so.
func TestAffinityChangedInMidWindow(t *testing.T) {
	var all unix.CPUSet
	require.NoError(t, unix.SchedGetaffinity(0, &all))
	if all.Count() < 2 {
		t.Log("not run: this processor has one CPU to use, and none to take away")
		return
	}
	suite := filepath.Join(t.TempDir(), "long.toml")
	require.NoError(t, os.WriteFile(suite, []byte(longWindow), 0o644))
	dir := filepath.Join(t.TempDir(), "run")
	go takeCPUs(t, all)
	joulemark(t, "run", "--suite", suite, "--runner", "cpu", "--out", dir, "--no-figures")
	s := open(t, dir).Samples[0]
	require.Equal(t, results.Void, s.Status, s.StatusReason)
	require.Contains(t, s.StatusReason, "the CPUs that the worker may use changed from ")
	verified(t, dir)
}

// takeCPUs waits until a worker of this process is in its window, which it is after
// a second of CPU time, and leaves it one CPU.
func takeCPUs(t *testing.T, all unix.CPUSet) {
	pid := 0
	for deadline := time.Now().Add(time.Minute); pid == 0; time.Sleep(20 * time.Millisecond) {
		if t.Context().Err() != nil || time.Now().After(deadline) {
			return
		}
		pid = busyChild(time.Second)
	}
	one := first(all)
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/[0-9]*", pid))
	for _, thread := range threads {
		tid, _ := strconv.Atoi(filepath.Base(thread))
		_ = unix.SchedSetaffinity(tid, &one) // it may have ended
	}
}

// busyChild is a child of this process that has taken so much CPU time, 0 for none.
func busyChild(least time.Duration) int {
	all, _ := procfs.AllProcs()
	for _, p := range all {
		if st, err := p.Stat(); err == nil && st.PPID == os.Getpid() && st.CPUTime() >= least.Seconds() {
			return p.PID
		}
	}
	return 0
}

// One CPU of several: the default is one thread and the row is sound; more threads than
// the CPUs that the program may use are a void row that says so.
func TestAffinityToOneCPU(t *testing.T) {
	suite := filepath.Join(t.TempDir(), "short.toml")
	short := strings.Replace(longWindow, "window_s = 3", "window_s = 0.2", 1)
	require.NoError(t, os.WriteFile(suite, []byte(short), 0o644))
	for _, c := range []struct {
		flags          []string
		status, reason string
	}{
		{nil, results.OK, ""},
		{[]string{"--threads", "3"}, results.Void, "3 threads were asked for and the runner uses 1: the machine gives no more"},
	} {
		dir := filepath.Join(t.TempDir(), "run")
		onOneCPU(t, program(t, append([]string{"run", "--suite", suite, "--runner", "cpu", "--out", dir, "--no-figures"}, c.flags...)...))
		s := open(t, dir).Samples[0]
		require.Equal(t, c.status, s.Status, s.StatusReason)
		require.Contains(t, s.StatusReason, c.reason)
		require.Equal(t, 1, s.Threads)
		require.Less(t, s.BusyThreads, 1.1)
		verified(t, dir)
	}
}

// onOneCPU runs a program that may use the first CPU of this process alone.
func onOneCPU(t *testing.T, c *exec.Cmd) {
	t.Helper()
	var all unix.CPUSet
	require.NoError(t, unix.SchedGetaffinity(0, &all))
	one := first(all)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	require.NoError(t, unix.SchedSetaffinity(0, &one))
	err := c.Start() // a child has the CPUs of the thread that starts it
	require.NoError(t, unix.SchedSetaffinity(0, &all))
	require.NoError(t, err)
	require.NoError(t, c.Wait())
}

// first is the set of the first CPU alone.
func first(all unix.CPUSet) (one unix.CPUSet) {
	for cpu := 0; one.Count() == 0; cpu++ {
		if all.IsSet(cpu) {
			one.Set(cpu)
		}
	}
	return one
}
