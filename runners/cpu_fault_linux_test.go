//go:build !race

package runners

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/isa"
	"joulemark/workloads"
)

// A plan that the system then refuses (it knew less of the limits than it thought, here
// nothing): unsupported with the need, and the worker goes on.
func TestCPUMemoryThatIsRefused(t *testing.T) {
	w, err := workloads.Parse("matmul/fp64/m=1000000/n=1000000/k=1000000") // two sets are 29 TiB
	require.NoError(t, err)
	_, err = smallCPU(math.MaxInt64/4).Prepare(Device{ID: "cpu"}, w, Options{})
	require.ErrorIs(t, err, ErrUnsupported)
	require.Regexp(t, `needs [0-9.e+]+ GiB, which the system refuses`, err.Error())
	task, _ := prepareCPU(t, "matmul/fp32/m=8/n=8/k=8", Options{})
	require.NoError(t, task.Run(context.Background(), 0, 1))
}

func TestCPUAbout(t *testing.T) {
	best, err := isa.Choose("")
	require.NoError(t, err)
	about := smallCPU(0).About()
	require.Contains(t, about.Kernel, best.String())
	require.Contains(t, about.Kernel, isa.Portable)
	require.NotEmpty(t, about.Version)
}
