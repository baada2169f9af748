package opencl

import (
	"testing"

	"github.com/stretchr/testify/require"
	"joulemark/workloads"
)

// Every element lies where the kernels look for it, and zeros fill the last panel.
func TestPanels(t *testing.T) {
	for _, c := range []struct{ rows, columns, panel int }{{5, 7, 4}, {3, 8, 8}, {1, 1, 16}, {4, 33, 16}} {
		tensor := workloads.Tensor{Type: workloads.FP32, Fill: workloads.Uniform, Shape: []int{c.rows, c.columns}}
		o := newOperand(tensor, c.panel)
		got := make([]byte, 4*o.layout.elements())
		o.fill(9, o.runs(), o.runs(), got) // set 1
		for i := range o.layout.elements() {
			panel, row, lane := i/int64(c.rows*c.panel), i/int64(c.panel)%int64(c.rows), i%int64(c.panel)
			want := 0.0
			if column := panel*int64(c.panel) + lane; column < int64(c.columns) {
				want = tensor.At(9, 1, uint64(row*int64(c.columns)+column))
			}
			require.Equal(t, want, workloads.FromBytes(workloads.FP32, got, i), "%v at %d", c, i)
		}
	}
}

// A tensor without panels lies as it is, however it is cut for the way.
func TestWhole(t *testing.T) {
	tensor := workloads.Tensor{Type: workloads.BF16, Fill: workloads.Uniform, Shape: []int{3, 5, 7, 31}}
	o := newOperand(tensor, 0)
	require.Zero(t, o.layout.elements()%wholeRun)
	got := make([]byte, 2*o.layout.elements())
	o.fill(9, o.runs(), 1, got[:o.runBytes()])
	o.fill(9, o.runs()+1, o.runs()-1, got[o.runBytes():])
	require.Equal(t, tensor.Stored(9, 1), got[:2*tensor.Len()])
	require.Equal(t, make([]byte, len(got)-2*tensor.Len()), got[2*tensor.Len():])
}

// Several sets in one go lie a stride apart, zeros between them.
func TestFillOverSets(t *testing.T) {
	tensor := workloads.Tensor{Type: workloads.INT8, Fill: workloads.Uniform, Shape: []int{5, 10}}
	o := newOperand(tensor, 4)
	require.Equal(t, int64(64), o.stride) // 5 x 12 elements
	got := make([]byte, 3*o.setBytes())
	o.fill(9, 4*o.runs(), 3*o.runs(), got)
	for set := range 3 {
		alone := make([]byte, o.layout.elements())
		o.fill(9, int64(4+set)*o.runs(), o.runs(), alone)
		require.Equal(t, append(alone, 0, 0, 0, 0), got[64*set:64*(set+1)], "set %d", 4+set)
	}
}

// Sets share buffers as far as one may be long.
func TestSetsInBuffers(t *testing.T) {
	o := newOperand(workloads.Tensor{Type: workloads.FP32, Shape: []int{10, 10}}, 0)
	o.perBuffer, o.buffers = 3, []uintptr{70, 71}
	require.Equal(t, int64(128), o.stride)
	for set, want := range [][2]uint64{{70, 0}, {70, 128}, {70, 256}, {71, 0}, {71, 128}} {
		buffer, first := o.at(set)
		require.Equal(t, want, [2]uint64{buffer, first})
	}
}
