package portable

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/engine"
	"joulemark/workloads"
)

func TestQuantise(t *testing.T) {
	for _, c := range []struct {
		x     []float32
		q     []int8
		sigma float32
	}{
		{[]float32{0, 0}, []int8{0, 0}, 0},
		{[]float32{127, -127, 0.5, 1.5, -2.5, 0.4}, []int8{127, -127, 0, 2, -2, 0}, 1}, // ties to even
		{[]float32{-254, 3, 1}, []int8{-127, 2, 0}, 2},
		{[]float32{1e-45}, []int8{0}, 0}, // no step is that small
	} {
		q := make([]int8, len(c.x))
		require.Equal(t, c.sigma, quantise(q, c.x), "%v", c.x)
		require.Equal(t, c.q, q, "%v", c.x)
	}
}

// The last projection of a layer to the last bit, from what its steps left behind.
func TestInt8ProjectionIsExactToTheLastBit(t *testing.T) {
	l := tiny(gptLike, workloads.Prefill, workloads.INT8)
	var b *layer
	run(t, 2, func(a *engine.Arena, o engine.Options) *engine.Program {
		b = newLayer(a, l, o)
		return b.program()
	})
	w, scales, bias := b.tensors["wdown"], b.tensors["wdown_scale"], b.tensors["bdown"]
	for i := range b.rows {
		x := b.hidden.Row(i, 0, l.FFN, nil)
		q := make([]int8, l.FFN)
		sigma := quantise(q, x)
		for k, v := range x { // within half a step, as exact numbers
			require.LessOrEqual(t, math.Abs(float64(v)-float64(q[k])*float64(sigma)), float64(sigma)*0.50001)
		}
		for j := range l.Hidden {
			sum := int32(0)
			for k := range q {
				sum += int32(q[k]) * int32(w.At(seed, 0, uint64(k*l.Hidden+j)))
			}
			want := float32(float32(sum) * (sigma * float32(math.Ldexp(1, -w.Shift))) * float32(scales.At(seed, 0, uint64(j))))
			want += float32(bias.At(seed, 0, uint64(j)))
			want += b.middle.Row(i, j, j+1, nil)[0]
			require.Equal(t, workloads.BF16Float(workloads.BF16Bits(want)), b.out.Row(i, j, j+1, nil)[0], "row %d, column %d", i, j)
		}
	}
}
