package runners

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// requireGone waits until no process of the group runs. How long that takes is
// the system's affair, so the bound is generous.
func requireGone(t *testing.T, group int) {
	t.Helper()
	require.Eventually(t, func() bool { return len(members(group)) == 0 }, 20*time.Second, 5*time.Millisecond,
		"process group %d lives on: %v", group, members(group))
}

// members lists the living processes of a group. Zombies are dead: who reaps
// them, and when, is not ours to say.
func members(group int) (lines []string) {
	if unix.Kill(-group, 0) == unix.ESRCH {
		return nil
	}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	if len(stats) == 0 {
		return []string{"a group that answers signals"}
	}
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // it ended just now
		}
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		if fields[0] != "Z" && fields[0] != "X" && fields[2] == fmt.Sprint(group) {
			lines = append(lines, string(stat))
		}
	}
	return lines
}
