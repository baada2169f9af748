//go:build !race

package engine

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// resident is what the process holds in memory, in bytes.
func resident(t *testing.T) int64 {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	require.NoError(t, err)
	var total, pages int64
	_, err = fmt.Sscan(string(text), &total, &pages)
	require.NoError(t, err)
	return pages * int64(os.Getpagesize())
}

func TestCloseGivesTheMemoryBackAtOnce(t *testing.T) {
	const n = 100 << 20
	before := resident(t)
	task, err := New(func(a *Arena, _ Options) (*Program, error) {
		x := Alloc[byte](a, n)
		return &Program{Operands: []Operand{{
			Units: n >> 12,
			Fill:  func(_, unit int) { x[unit<<12] = 1 },
			Use:   func(int) {},
		}}}, nil
	}, Options{Threads: 2})
	require.NoError(t, err)
	grown := resident(t) - before
	require.InDelta(t, n, grown, 20<<20)
	require.NoError(t, task.Close())
	require.Less(t, resident(t)-before, int64(20<<20))
}

func TestLargeMemoryBeginsAtAHugePage(t *testing.T) {
	for _, n := range []int64{1, 4096, hugePage - slack, hugePage, 5*hugePage + 3} {
		m, err := takeMemory(n)
		require.NoError(t, err)
		at := uintptr(unsafe.Pointer(&m.block[0]))
		require.Zero(t, at%line)
		if n+slack >= hugePage {
			require.Zero(t, at%hugePage)
		}
		require.GreaterOrEqual(t, int64(len(m.block)), n+slack)
		m.block[len(m.block)-1] = 1
		require.NoError(t, m.free())
		require.NoError(t, m.free(), "twice does no harm")
	}
}

const limitedChild = "JOULEMARK_TEST_LIMITED_MEMORY"

// A system that refuses memory is an error that says how much it was, in a process
// that goes on.
func TestMemoryThatIsRefused(t *testing.T) {
	if os.Getenv(limitedChild) != "" {
		limited(t)
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^TestMemoryThatIsRefused$", "-test.v")
	child.Env = append(os.Environ(), limitedChild+"=1")
	out, err := child.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "not enough memory: needs 3.73 GiB")
}

func limited(t *testing.T) {
	text, err := os.ReadFile("/proc/self/statm")
	require.NoError(t, err)
	var pages uint64
	_, err = fmt.Fscan(bytes.NewReader(text), &pages)
	require.NoError(t, err)
	limit := pages*uint64(os.Getpagesize()) + 1<<30
	require.NoError(t, unix.Setrlimit(unix.RLIMIT_AS, &unix.Rlimit{Cur: limit, Max: limit}))
	build := func(a *Arena, _ Options) (*Program, error) {
		_ = AllocSets[float32](a, 500_000_000)
		return &Program{}, nil
	}
	_, err = New(build, Options{Sets: 2})
	require.ErrorIs(t, err, ErrMemory)
	require.True(t, strings.Contains(err.Error(), "take a smaller workload"))
	fmt.Println(err)
}
