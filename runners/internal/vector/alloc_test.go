package vector

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNoAllocation: with lengths and groups of queries that take every path.
func TestNoAllocation(t *testing.T) {
	const n, dim, queries = 133, 19, 7
	x, y, gain, bias := floats(n), floats(n), floats(n), floats(n)
	narrow, bytes, sums := make([]uint16, n), make([]uint8, n), make([]int32, n)
	q, keys, scores, narrowKeys := floats(queries*dim), floats(40*dim), floats(queries*40), make([]uint16, 40*dim)
	sets(t, func(t *testing.T, o *Ops) {
		require.Zero(t, testing.AllocsPerRun(10, func() {
			o.ToBF16(narrow, x)
			o.FromBF16(y, narrow)
			o.RoundBF16(y)
			o.ToFP16(narrow, x)
			o.FromFP16(y, narrow)
			o.RoundFP16(y)
			o.Add(y, x)
			o.AddBF16(y, narrow)
			o.Scale(y, 0.5)
			o.GELUTanh(y)
			o.GELUErf(y)
			o.MulSiLU(y, x)
			o.LayerNorm(y, x, gain, bias, 1e-5)
			o.RMSNorm(y, x, gain, 1e-5)
			o.Rotate(y, x, gain, bias)
			o.ExpSum(y, 1, o.Max(y))
			o.ExpSumBF16(narrow, y, 1, 0)
			o.Quantize(bytes, x, o.AbsMax(y))
			o.Dequantize(y, sums, 1, gain)
			o.Scores(scores, q, keys, queries)
			o.ScoresBF16(scores, q, narrowKeys, queries)
			o.Gather(q, scores, keys, queries)
			o.GatherBF16(q, scores, narrowKeys, queries)
		}))
	})
}
