package engine

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// Idle power must be idle: between windows the process takes no time of the CPUs. A
// pool that went on spinning would take a thousand milliseconds a worker; ours took
// below one, and the bound leaves room for the runtime's own threads.
func TestAnIdlePoolTakesNoTime(t *testing.T) {
	pool := NewPool(min(2, runtime.GOMAXPROCS(0)))
	defer pool.Close()
	step := &Step{Chunks: pool.Workers(), Each: true, Do: func(_, _ int) {}}
	for range 1000 {
		pool.Run(step)
	}
	runtime.GC()
	time.Sleep(10 * time.Millisecond)
	before := cpuTime(t)
	time.Sleep(time.Second)
	took := cpuTime(t) - before
	t.Logf("%v of CPU time in a second of idling", took)
	require.Less(t, took, 50*time.Millisecond)
}

func cpuTime(t *testing.T) time.Duration {
	t.Helper()
	var u unix.Rusage
	require.NoError(t, unix.Getrusage(unix.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
