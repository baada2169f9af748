package machine

import (
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// What children took stays counted when they have ended, and only the first group's
// time is the worker's.
func TestTimeOfAGroupKeepsThatOfItsChildren(t *testing.T) {
	shell := exec.Command("sh", "-c", `sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done'; echo done; read wait`)
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	in, err := shell.StdinPipe()
	require.NoError(t, err)
	out, err := shell.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, shell.Start())
	_, err = out.Read(make([]byte, 4))
	require.NoError(t, err)
	s, second := ReadState("", shell.Process.Pid), ReadState("", os.Getpid(), shell.Process.Pid)
	require.NoError(t, in.Close())
	_ = shell.Wait() // read fails at the end of its input
	require.GreaterOrEqual(t, s.GroupS, 0.02, "the loop ran in a child that has ended")
	require.GreaterOrEqual(t, second.OwnS, s.GroupS, "all groups are ours")
}
