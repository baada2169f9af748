package native

import (
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/isa"
	"joulemark/runners/internal/vector"
)

// TestQuantisedRows: the largest magnitude is ±127 steps, ties go to even. Rows of zeros
// and of what 127 cannot be divided by are zeros, never the ends of the range.
func TestQuantisedRows(t *testing.T) {
	for _, set := range isa.Available() {
		b := &layer{ops: vector.For(set)}
		q := &quantised{values: make([]uint8, 3), scales: make([]float32, 1), cols: 3}
		quantise := b.quantiser(&table{bytes: q})
		for _, c := range []struct {
			row  []float32
			want []uint8
			step float32
		}{
			{[]float32{127, -127, 2.5}, []uint8{255, 1, 130}, 1},
			{[]float32{0, 254, -1}, []uint8{128, 255, 128}, 2},
			{[]float32{0, 0, 0}, []uint8{128, 128, 128}, 0},
			{[]float32{1e-37, 0, -1e-37}, []uint8{128, 128, 128}, 1e-37 / 127},
		} {
			quantise(0, append([]float32{}, c.row...))
			require.Equal(t, c.want, q.values, "%s: %v", set, c.row)
			require.InDelta(t, c.step, q.scales[0], 1e-38, "%s: %v", set, c.row)
		}
	}
}
