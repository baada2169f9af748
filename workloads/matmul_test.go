package workloads

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
)

// The reference against exact rational arithmetic.
func TestMatmulReferenceIsExactToTheLastBit(t *testing.T) {
	for _, d := range operandTypes() {
		for _, f := range []Fill{Uniform, Normal, Integers, Zeros} {
			m := Matmul{M: 3, N: 5, K: 301, Type: d, Fill: f}
			ts := Tensors(m)
			for p := range 15 {
				i, j := p/5, p%5
				sum, squares := new(big.Rat), new(big.Rat)
				for k := range m.K {
					x := new(big.Rat).SetFloat64(ts[0].At(7, 2, uint64(i*m.K+k)))
					x.Mul(x, new(big.Rat).SetFloat64(ts[1].At(7, 2, uint64(k*m.N+j))))
					if d == INT4 {
						x.Mul(x, new(big.Rat).SetFloat64(ts[2].At(7, 2, uint64(k/128*m.N+j))))
					}
					sum.Add(sum, x)
					squares.Add(squares, x.Mul(x, x))
				}
				want, _ := sum.Float64()
				norm, _ := squares.Float64()
				got := m.dotAt(7, 2, i, j)
				require.Equal(t, want, got.value, "%s %s", d, f)
				require.InEpsilon(t, 1+math.Sqrt(norm), 1+got.norm2, 1e-12)
			}
		}
	}
}

// Honest runs stay well below 1 on average, so that no luck is needed, with every
// fill.
func TestMatmulCheckHasRoom(t *testing.T) {
	for _, f := range []Fill{Uniform, Normal, Integers} {
		for _, c := range []struct {
			d DType
			r runner
		}{
			{FP32, accumulate32}, {FP64, accumulate64}, {BF16, then(BF16, accumulate32)}, {FP16, then(FP16, accumulate32)},
			{TF32, tensorCore(4, 24)}, {FP8E4M3, then(BF16, tensorCore(32, 14))}, {FP8E5M2, then(BF16, tensorCore(32, 14))},
			{INT4, then(BF16, narrowed(rounded(BF16), accumulate32))}, // weights times scales rounded to bf16
		} {
			for nonce := range uint64(10) {
				m := Matmul{M: 60, N: 50, K: 300, Type: c.d, Fill: f}
				checker := NewChecker(nonce)
				points := checker.Points(m, nonce)
				ratio, err := checker.Ratio(m, 0, points, run(m, nonce, 0, points, c.r))
				require.NoError(t, err)
				require.Less(t, ratio, 0.8, "%s %s", c.d, f)
			}
		}
	}
}

// Results of a few elements are checked by those few, and each of them may be
// further off than an RMS: no honest one fails all the same.
func TestMatmulCheckOfFewElements(t *testing.T) {
	honest := then(BF16, narrowed(rounded(BF16), accumulate32))
	for _, m := range []Matmul{{M: 1, N: 1, K: 8}, {M: 1, N: 1, K: 64}, {M: 2, N: 2, K: 64}, {M: 3, N: 5, K: 16}} {
		m.Type, m.Fill = INT4, Uniform
		checker := NewChecker(5)
		points := checker.Points(m, 1)
		for set := range 2000 / len(points) {
			ratio, err := checker.Ratio(m, set, points, run(m, 5, set, points, honest))
			require.NoError(t, err)
			require.LessOrEqual(t, ratio, 1.0, "%s set %d", m.Name(), set)
		}
	}
}

func TestMatmulCheckOfTheWrongWork(t *testing.T) {
	m := Matmul{M: 40, N: 30, K: 50, Type: FP32, Fill: Uniform}
	checker := NewChecker(3)
	points := checker.Points(m, 1)
	right := run(m, 3, 1, points, accumulate32)
	changed := func(f func(v []float64) []float64) []float64 { return f(append([]float64(nil), right...)) }
	for name, values := range map[string][]float64{
		"another set":      run(m, 3, 0, points, accumulate32),
		"another seed":     run(m, 4, 1, points, accumulate32),
		"zeros":            make([]float64, len(points)),
		"one wrong of 64":  changed(func(v []float64) []float64 { v[9] += 1e-3; return v }),
		"a NaN":            changed(func(v []float64) []float64 { v[9] = math.NaN(); return v }),
		"an infinity":      changed(func(v []float64) []float64 { v[9] = math.Inf(-1); return v }),
		"one missing":      right[1:],
		"none":             nil,
		"one too many":     append(changed(func(v []float64) []float64 { return v }), 0),
		"in another order": changed(func(v []float64) []float64 { v[0], v[1] = v[1], v[0]; return v }),
	} {
		ratio, err := checker.Ratio(m, 1, points, values)
		require.NoError(t, err)
		require.Greater(t, ratio, 1.0, name)
	}
	ratio, err := checker.Ratio(m, 1, points, right)
	require.NoError(t, err)
	require.LessOrEqual(t, ratio, 1.0)
}

func TestZerosMustGiveZero(t *testing.T) {
	for _, d := range operandTypes() {
		m := Matmul{M: 4, N: 4, K: 9, Type: d, Fill: Zeros}
		checker := NewChecker(1)
		points := checker.Points(m, 1)
		values := make([]float64, len(points))
		ratio, err := checker.Ratio(m, 0, points, values)
		require.NoError(t, err)
		require.Zero(t, ratio, d)
		values[3] = 1e-30
		ratio, err = checker.Ratio(m, 0, points, values)
		require.NoError(t, err)
		require.True(t, math.IsInf(ratio, 1), d)
	}
}

func TestPoints(t *testing.T) {
	checker := NewChecker(1)
	big := Matmul{M: 1000, N: 2000, K: 1, Type: FP32}
	require.Len(t, checker.Points(big, 1), 64)
	require.Equal(t, checker.Points(big, 1), checker.Points(big, 1))
	require.NotEqual(t, checker.Points(big, 1), checker.Points(big, 2))
	require.Equal(t, []int64{0, 1, 2, 3, 4, 5}, checker.Points(Matmul{M: 2, N: 3, K: 1, Type: FP32}, 9))
	rows, columns := map[int64]bool{}, map[int64]bool{}
	for nonce := range uint64(200) {
		for _, p := range checker.Points(big, nonce) {
			require.True(t, p >= 0 && p < OutputLen(big))
			rows[p/2000*10/1000], columns[p%2000*10/2000] = true, true
		}
	}
	require.Len(t, rows, 10, "every part of the result is asked for at some time")
	require.Len(t, columns, 10)
}

func TestRatioRefuses(t *testing.T) {
	m := Matmul{M: 2, N: 2, K: 2, Type: FP32}
	for want, c := range map[string]struct {
		w      Workload
		points []int64
	}{
		"no points":                    {m, nil},
		"point 4 is outside its 4":     {m, []int64{0, 4}},
		"point -1 is outside":          {m, []int64{-1}},
		"sparsity 2:4":                 {with(m, func(m *Matmul) { m.Sparsity, m.K = "2:4", 4 }), []int64{0}},
		"layer in fp64: use fp32, tf":  {with(tiny(), func(l *Layer) { l.Type = FP64 }), []int64{0}},
		"training: use prefill":        {with(tiny(), func(l *Layer) { l.Phase = Train }), []int64{0}},
		"technique flash: leave":       {with(tiny(), func(l *Layer) { l.Technique = "flash" }), []int64{0}},
		"no workload: give a matmul, ": {nil, []int64{0}},
	} {
		_, err := NewChecker(1).Ratio(c.w, 0, c.points, make([]float64, len(c.points)))
		require.ErrorContains(t, err, want)
	}
	require.ErrorIs(t, Computable(with(tiny(), func(l *Layer) { l.Type = INT4 })), ErrNotComputed)
	for _, d := range operandTypes() {
		require.NoError(t, Computable(with(m, func(m *Matmul) { m.Type = d })))
		require.Equal(t, d.InLayer(), Computable(with(tiny(), func(l *Layer) { l.Type = d })) == nil, d)
	}
}
