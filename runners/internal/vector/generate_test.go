package vector

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestGenerated: the assembly is what the generator writes.
func TestGenerated(t *testing.T) {
	out, err := exec.Command("go", "run", "./gen", "-check").CombinedOutput()
	require.NoError(t, err, string(out))
}
