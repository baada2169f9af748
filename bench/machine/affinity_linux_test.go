package machine

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestCPUsOfAProcessThatIsMoved(t *testing.T) {
	child := exec.Command("sleep", "60")
	require.NoError(t, child.Start())
	defer func() { _ = child.Wait() }()
	defer func() { require.NoError(t, child.Process.Kill()) }()
	var all, last unix.CPUSet
	require.NoError(t, unix.SchedGetaffinity(0, &all))
	before := ReadState("/", child.Process.Pid).GroupCPUs
	require.Equal(t, CPUSet{listed(all), listed(all)}, before)
	for cpu := range len(all) * 64 {
		if all.IsSet(cpu) {
			last.Zero()
			last.Set(cpu)
		}
	}
	require.NoError(t, unix.SchedSetaffinity(child.Process.Pid, &last))
	require.Equal(t, CPUSet{listed(last), listed(last)}, ReadState("/", child.Process.Pid).GroupCPUs)
	require.Equal(t, CPUSet{}, cpusOf(-1), "no such process")
	require.Equal(t, CPUSet{}, ReadState("/").GroupCPUs, "nobody named")
	require.NotEmpty(t, cpusOf(os.Getpid()).Any)
}
