package pjrt

import (
	"testing"

	"github.com/stretchr/testify/require"
	"joulemark/runners/internal/parts"
	"joulemark/runners/internal/stablehlo"
	"joulemark/workloads"
)

// xla is a client of the real CPU plugin, left to itself: it makes four devices.
func xla(t *testing.T) *Client {
	t.Helper()
	p, err := Open(parts.XLACPU(t))
	require.NoError(t, err)
	c, err := p.NewClient()
	require.NoError(t, err)
	require.Equal(t, "cpu", c.Platform)
	require.Len(t, c.Devices, 4)
	return c
}

// A program runs on the device it was compiled for, and nowhere else.
func TestXLAOnEachDevice(t *testing.T) {
	c := xla(t)
	for _, d := range c.Devices {
		e, err := c.Compile(product(small), d, nil)
		require.NoError(t, err)
		task, err := NewTask(Job{Executable: e, Inputs: workloads.Tensors(small), Output: workloads.FP32, OutputLen: small.M * small.N, Seed: seed, Sets: 3, InFlight: 2})
		require.NoError(t, err)
		require.NoError(t, verify(task, small), d.ID)
		require.NoError(t, task.Close())
	}
}

// A cache is given away with each launch and comes back for the set's next one,
// however many launches are on their way.
func TestXLADonatesTheCache(t *testing.T) {
	l := workloads.Layer{Model: workloads.Custom, Phase: workloads.Decode, Batch: 1, Tokens: 1, Context: 9, Hidden: 16, Heads: 2, KVHeads: 1, HeadDim: 8, FFN: 16,
		Norm: workloads.RMSNormPre, Act: workloads.SwiGLU, Attention: workloads.Causal, RopeTheta: 10000, Eps: 1e-5, Type: workloads.FP32}
	p, err := stablehlo.Layer(l)
	require.NoError(t, err)
	require.Len(t, p.Donated, 2, "keys and values")
	c := xla(t)
	for _, inFlight := range []int{1, 8} {
		e, err := c.Compile(p.Text, c.Devices[0], nil)
		require.NoError(t, err)
		require.Equal(t, 3, e.Outputs)
		task, err := NewTask(Job{Executable: e, Inputs: p.Inputs, Output: p.Output, OutputLen: 16, Donated: p.Donated, Seed: seed, Sets: 3, InFlight: inFlight})
		require.NoError(t, err)
		for i := range 20 {
			require.NoError(t, task.Launch(i%3))
		}
		require.NoError(t, task.Finish())
		require.NoError(t, check(task, l, 19%3))
		require.NoError(t, task.Close())
	}
}

// What the program says of itself is what XLA made of it.
func TestXLAKernels(t *testing.T) {
	c := xla(t)
	m := workloads.Matmul{M: 256, N: 256, K: 256, Type: workloads.FP32}
	e, err := c.Compile(product(m), c.Devices[0], nil)
	require.NoError(t, err)
	require.Equal(t, "__ynn_fusion", Kernels(e.Optimized()))
	_, err = c.Compile("this is no module", c.Devices[0], nil)
	var refused *Error
	require.ErrorAs(t, err, &refused)
	require.NotContains(t, err.Error(), "\n")
	require.NoError(t, e.Close())
}

// A task must fit its program.
func TestXLAResultsAreCounted(t *testing.T) {
	c := xla(t)
	e, err := c.Compile(product(small), c.Devices[0], nil)
	require.NoError(t, err)
	_, err = NewTask(Job{Executable: e, Inputs: workloads.Tensors(small), Output: workloads.FP32, OutputLen: 20, Donated: []int{0}, Sets: 2, InFlight: 2})
	require.ErrorContains(t, err, "1 results in place of 2: update the plugin")
}
