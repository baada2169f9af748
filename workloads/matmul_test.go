package workloads

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
)

// The reference against exact rational arithmetic.
func TestMatmulReferenceIsExactToTheLastBit(t *testing.T) {
	for _, d := range []DType{FP64, FP32, BF16, INT8} {
		for _, f := range []Fill{Uniform, Normal, Integers, Zeros} {
			m := Matmul{M: 3, N: 5, K: 301, Type: d, Fill: f}
			for p := range 15 {
				i, j := p/5, p%5
				sum, squares := new(big.Rat), new(big.Rat)
				for k := range m.K {
					x := new(big.Rat).SetFloat64(Tensors(m)[0].At(7, 2, uint64(i*m.K+k)))
					y := new(big.Rat).SetFloat64(Tensors(m)[1].At(7, 2, uint64(k*m.N+j)))
					x.Mul(x, y)
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

// A runner is a way to compute one element of a product.
type runner func(a, b []float64) float64

// accumulate32 sums in fp32, one product after another: the honest runner that
// makes the most error. (The conversions keep the compiler from fusing.)
func accumulate32(a, b []float64) float64 {
	var sum float32
	for k := range a {
		sum = float32(sum + float32(float32(a[k])*float32(b[k])))
	}
	return float64(sum)
}

func accumulate64(a, b []float64) float64 {
	sum := 0.0
	for k := range a {
		sum += float64(a[k] * b[k])
	}
	return sum
}

// blocked sums eight interleaved parts in fp32, as a vector unit does.
func blocked(a, b []float64) float64 {
	var parts [8]float32
	for k := range a {
		parts[k%8] = float32(parts[k%8] + float32(float32(a[k])*float32(b[k])))
	}
	return float64((parts[0] + parts[1]) + (parts[2] + parts[3]) + ((parts[4] + parts[5]) + (parts[6] + parts[7])))
}

func accumulateBF16(a, b []float64) float64 {
	sum := 0.0
	for k := range a {
		sum = Round(BF16, sum+a[k]*b[k])
	}
	return sum
}

// narrowed computes with operands changed by f.
func narrowed(f func(float64) float64, r runner) runner {
	return func(a, b []float64) float64 {
		x, y := make([]float64, len(a)), make([]float64, len(b))
		for k := range a {
			x[k], y[k] = f(a[k]), f(b[k])
		}
		return r(x, y)
	}
}

func rounded(d DType) func(float64) float64 { return func(x float64) float64 { return Round(d, x) } }

// truncated keeps the upper bits of the fp32 pattern, as hardware that ignores
// the others does.
func truncated(bits int) func(float64) float64 {
	mask := ^uint32(0) << (32 - bits)
	return func(x float64) float64 { return float64(math.Float32frombits(math.Float32bits(float32(x)) & mask)) }
}

func then(d DType, r runner) runner {
	return func(a, b []float64) float64 { return Round(d, r(a, b)) }
}

func half(r runner) runner {
	return func(a, b []float64) float64 { return r(a[:len(a)/2], b[:len(b)/2]) }
}

// run computes the points of m by r, from operands of the given set.
func run(m Matmul, seed uint64, set int, points []int64, r runner) []float64 {
	a, b := Tensors(m)[0], Tensors(m)[1]
	row, column := make([]float64, m.K), make([]float64, m.K)
	out := make([]float64, len(points))
	for n, p := range points {
		i, j := uint64(p)/uint64(m.N), uint64(p)%uint64(m.N)
		for k := range row {
			row[k] = a.At(seed, set, i*uint64(m.K)+uint64(k))
			column[k] = b.At(seed, set, uint64(k)*uint64(m.N)+j)
		}
		out[n] = r(row, column)
	}
	return out
}

func TestMatmulCheckTellsHonestRunnersFromOthers(t *testing.T) {
	all, deep := []int{1, 2, 7, 256, 1024, 4096, 16384}, []int{256, 1024, 4096, 16384}
	const pass, fail = true, false
	for _, c := range []struct {
		d    DType
		name string
		r    runner
		ks   []int
		want bool
	}{
		{FP32, "in order", accumulate32, all, pass},
		{FP32, "eight parts", blocked, all, pass},
		{FP32, "fp64 rounded once", then(FP32, accumulate64), all, pass},
		{FP32, "TF32 truncated", narrowed(truncated(19), accumulate32), deep, fail},
		{FP32, "TF32 rounded", narrowed(rounded(TF32), accumulate32), deep, fail},
		{FP32, "TF32 rounded, summed in fp64", narrowed(rounded(TF32), accumulate64), deep, fail},
		{FP32, "bf16 truncated", narrowed(truncated(16), accumulate32), deep, fail},
		{FP32, "bf16 rounded", narrowed(rounded(BF16), accumulate32), deep, fail},
		{FP32, "fp16 rounded", narrowed(rounded(FP16), accumulate32), deep, fail},
		{FP32, "result in bf16", then(BF16, accumulate32), deep, fail},
		{FP32, "half of K", half(accumulate32), all[1:], fail},
		{FP64, "in order", accumulate64, all, pass},
		{FP64, "in fp32", accumulate32, all, fail},
		{FP64, "operands in fp32", narrowed(rounded(FP32), accumulate64), all, fail},
		{FP64, "result in fp32", then(FP32, accumulate64), all, fail},
		{BF16, "fp32, rounded once", then(BF16, accumulate32), all, pass},
		{BF16, "eight parts, rounded once", then(BF16, blocked), all, pass},
		{BF16, "summed in bf16", accumulateBF16, deep, fail},
		{BF16, "half of K", then(BF16, half(accumulate32)), all[1:], fail},
		{BF16, "fp8 operands", then(BF16, narrowed(rounded(FP8E4M3), accumulate32)), deep, fail},
		{INT8, "exact", accumulate64, all, pass},
		{INT8, "off by one", func(a, b []float64) float64 { return accumulate64(a, b) + 1 }, all, fail},
		{INT8, "half of K", half(accumulate64), all[1:], fail},
	} {
		t.Run(fmt.Sprintf("%s %s", c.d, c.name), func(t *testing.T) {
			for _, k := range c.ks {
				m := Matmul{M: 97, N: 89, K: k, Type: c.d, Fill: Uniform}
				checker := NewChecker(3)
				points := checker.Points(m, uint64(k))[:16] // fewer than in use is harder, and quicker here
				ratio, err := checker.Ratio(m, 1, points, run(m, 3, 1, points, c.r))
				require.NoError(t, err)
				require.Equal(t, c.want, ratio <= 1, "K=%d: ratio %.3g", k, ratio)
			}
		})
	}
}

// Honest runs stay well below 1 on average, so that no luck is needed, with every
// fill.
func TestMatmulCheckHasRoom(t *testing.T) {
	for _, f := range []Fill{Uniform, Normal, Integers} {
		for _, c := range []struct {
			d DType
			r runner
		}{{FP32, accumulate32}, {FP64, accumulate64}, {BF16, then(BF16, accumulate32)}} {
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
	for _, d := range []DType{FP64, FP32, BF16, INT8} {
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
		"no points":                   {m, nil},
		"point 4 is outside its 4":    {m, []int64{0, 4}},
		"point -1 is outside":         {m, []int64{-1}},
		"matmul in fp16: use fp64":    {with(m, func(m *Matmul) { m.Type = FP16 }), []int64{0}},
		"sparsity 2:4":                {with(m, func(m *Matmul) { m.Sparsity, m.K = "2:4", 4 }), []int64{0}},
		"layer in fp64: use fp32":     {with(tiny(), func(l *Layer) { l.Type = FP64 }), []int64{0}},
		"training: use prefill":       {with(tiny(), func(l *Layer) { l.Phase = Train }), []int64{0}},
		"technique flash: leave":      {with(tiny(), func(l *Layer) { l.Technique = "flash" }), []int64{0}},
		"no workload: give a matmul ": {nil, []int64{0}},
	} {
		_, err := NewChecker(1).Ratio(c.w, 0, c.points, make([]float64, len(c.points)))
		require.ErrorContains(t, err, want)
	}
	err := Computable(with(m, func(m *Matmul) { m.Type = INT4 }))
	require.ErrorIs(t, err, ErrNotComputed)
	require.NoError(t, Computable(m))
}
