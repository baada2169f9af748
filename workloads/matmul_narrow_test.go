package workloads

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// Depths of sums: all of them, and those where a runner that is narrower by a few
// bits must be told from one that is not.
var (
	allK  = []int{1, 2, 7, 256, 1024, 4096, 16384}
	deepK = []int{256, 1024, 4096, 16384}
)

// requireVerdict runs matmuls in d of all depths by r, which must pass or fail.
func requireVerdict(t *testing.T, d DType, r runner, ks []int, pass bool) {
	t.Helper()
	for _, k := range ks {
		m := Matmul{M: 97, N: 89, K: k, Type: d, Fill: Uniform}
		checker := NewChecker(3)
		points := checker.Points(m, uint64(k))[:16] // fewer than in use is harder, and quicker here
		ratio, err := checker.Ratio(m, 1, points, run(m, 3, 1, points, r))
		require.NoError(t, err)
		require.Equal(t, pass, ratio <= 1, "K=%d: ratio %.3g", k, ratio)
	}
}

func TestMatmulCheckPassesHonestRunners(t *testing.T) {
	for _, c := range []struct {
		d    DType
		name string
		r    runner
	}{
		{FP64, "in order", accumulate64},
		{FP32, "in order", accumulate32},
		{FP32, "eight parts", blocked},
		{FP32, "fp64 rounded once", then(FP32, accumulate64)},
		{TF32, "plain fp32", accumulate32},
		{TF32, "Volta", tensorCore(4, 24)},
		{TF32, "Ampere", tensorCore(4, 25)},
		{TF32, "Hopper", tensorCore(8, 26)},
		{FP16, "in order, rounded once", then(FP16, accumulate32)},
		{FP16, "eight parts, rounded once", then(FP16, blocked)},
		{FP16, "Volta", then(FP16, tensorCore(4, 24))},
		{BF16, "in order, rounded once", then(BF16, accumulate32)},
		{BF16, "eight parts, rounded once", then(BF16, blocked)},
		{BF16, "Volta", then(BF16, tensorCore(4, 24))},
		{FP8E4M3, "in order, rounded once", then(BF16, accumulate32)},
		{FP8E4M3, "Hopper", then(BF16, tensorCore(32, 14))},
		{FP8E5M2, "in order, rounded once", then(BF16, accumulate32)},
		{FP8E5M2, "Hopper", then(BF16, tensorCore(32, 14))},
		{INT8, "exact", accumulate64},
		{INT4, "weights times scales in fp32", then(BF16, accumulate32)},
	} {
		t.Run(fmt.Sprint(c.d, " ", c.name), func(t *testing.T) { requireVerdict(t, c.d, c.r, allK, true) })
	}
}

// narrower lists, for each declared type, the types that a library could compute in
// instead. fp16 is not among those of tf32: it has as many bits of significand, so
// that units of fp16 make the same products of these operands.
var narrower = map[DType][]DType{
	FP64:    {FP32, TF32, FP16, BF16, FP8E4M3, FP8E5M2},
	FP32:    {TF32, FP16, BF16, FP8E4M3, FP8E5M2},
	TF32:    {BF16, FP8E4M3, FP8E5M2},
	FP16:    {BF16, FP8E4M3, FP8E5M2},
	BF16:    {FP8E4M3, FP8E5M2},
	FP8E4M3: {FP8E5M2},
}

// Operands cut to a narrower type, by rounding, are found in every type, however
// exact the sums.
func TestMatmulCheckFindsNarrowerOperands(t *testing.T) {
	for d, others := range narrower {
		for _, n := range others {
			t.Run(fmt.Sprintf("%s in %s", d, n), func(t *testing.T) {
				requireVerdict(t, d, then(d.Out(), narrowed(rounded(n), accumulate64)), deepK, false)
			})
		}
	}
}

// So are sums and results in another type than the definition's.
func TestMatmulCheckFindsNarrowerSumsAndResults(t *testing.T) {
	for _, c := range []struct {
		d    DType
		name string
		r    runner
		ks   []int
	}{
		{FP64, "sums in fp32", accumulate32, allK},
		{FP64, "result in fp32", then(FP32, accumulate64), allK},
		{FP32, "operands truncated to TF32", narrowed(truncated(19), accumulate32), deepK},
		{FP32, "operands truncated to bf16", narrowed(truncated(16), accumulate32), deepK},
		{FP32, "Hopper's tensor core for fp8", tensorCore(32, 14), deepK},
		{FP32, "sums in fp16", accumulateIn(FP16), deepK},
		{FP32, "result in bf16", then(BF16, accumulate32), deepK},
		{TF32, "operands truncated to bf16", narrowed(truncated(16), accumulate32), deepK},
		{TF32, "sums in fp16", accumulateIn(FP16), deepK},
		{TF32, "result in fp16", then(FP16, accumulate32), deepK},
		{TF32, "result in bf16", then(BF16, accumulate32), deepK},
		{FP16, "sums in fp16", accumulateIn(FP16), deepK},
		{FP16, "sums in bf16", accumulateIn(BF16), deepK},
		{FP16, "result in bf16", then(BF16, accumulate32), deepK},
		{BF16, "sums in bf16", accumulateIn(BF16), deepK},
		{BF16, "result in fp8", then(FP8E4M3, accumulate32), deepK},
		{FP8E4M3, "sums in bf16", accumulateIn(BF16), deepK},
		{FP8E4M3, "result in fp8", then(FP8E4M3, accumulate32), deepK},
		{FP8E5M2, "sums in bf16", accumulateIn(BF16), deepK},
		{FP8E5M2, "result in fp8", then(FP8E5M2, accumulate32), deepK},
		{FP8E5M2, "operands of one stored bit", then(BF16, narrowed(rounded(FP8E5M2), narrowed(truncated(10), accumulate32))), deepK},
		{INT8, "operands of four bits", narrowed(func(x float64) float64 { return math.RoundToEven(x/18) * 18 }, accumulate64), deepK},
		{INT8, "sums in fp16", accumulateIn(FP16), deepK},
		{INT8, "off by one", func(a, b []float64) float64 { return accumulate64(a, b) + 1 }, allK},
	} {
		t.Run(fmt.Sprint(c.d, " ", c.name), func(t *testing.T) { requireVerdict(t, c.d, c.r, c.ks, false) })
	}
}

func TestMatmulCheckFindsHalfOfTheWork(t *testing.T) {
	for _, d := range operandTypes() {
		t.Run(string(d), func(t *testing.T) { requireVerdict(t, d, then(d.Out(), half(accumulate64)), allK[1:], false) })
	}
}

// operandTypes are all types that a matmul can have.
func operandTypes() []DType { return dtypeOrder[:len(dtypeOrder)-1] }

// An int4Element computes one element of a product from a row of a, a column of b
// and the scale of element k of that column.
type int4Element func(a, b []float64, scale func(k int) float64) float64

func TestMatmulCheckOfInt4(t *testing.T) {
	with := func(weight func(b, scale float64) float64) int4Element {
		return func(a, b []float64, scale func(int) float64) float64 {
			column := make([]float64, len(b))
			for k, x := range b {
				column[k] = weight(x, scale(k))
			}
			return Round(BF16, accumulate32(a, column))
		}
	}
	otherGroup := func(by int) int4Element {
		return func(a, b []float64, scale func(int) float64) float64 {
			last := len(b) - 1
			return with(func(b, s float64) float64 { return b * s })(a, b, func(k int) float64 { return scale(min(max(k+by, 0), last)) })
		}
	}
	eightBits := func(a, b []float64, scale func(int) float64) float64 {
		top := 0.0
		for _, x := range a {
			top = max(top, math.Abs(x))
		}
		rounded := make([]float64, len(a))
		for k, x := range a {
			rounded[k] = math.RoundToEven(x*127/top) * top / 127
		}
		return with(func(b, s float64) float64 { return b * s })(rounded, b, scale)
	}
	for _, c := range []struct {
		name    string
		element int4Element
		ks      []int
		pass    bool
	}{
		{"exact weights", with(func(b, s float64) float64 { return b * s }), allK, true},
		{"weights rounded to bf16", with(func(b, s float64) float64 { return Round(BF16, b*s) }), allK, true},
		{"weights rounded to fp16", with(func(b, s float64) float64 { return Round(FP16, b*s) }), allK, true},
		{"no scales", with(func(b, _ float64) float64 { return b }), deepK, false},
		{"the group after", otherGroup(Int4Group), deepK, false},
		{"the group before", otherGroup(-Int4Group), deepK, false},
		{"groups of 64", otherGroup(64), deepK, false},
		{"scales of four bits", with(func(b, s float64) float64 { return b * Round(FP8E4M3, s) }), deepK, false},
		{"weights of three bits", with(func(b, s float64) float64 { return math.RoundToEven(b/2) * 2 * s }), deepK, false},
		{"weights in fp8", with(func(b, s float64) float64 { return Round(FP8E4M3, b*s) }), deepK, false},
		{"a rounded to int8", eightBits, deepK, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, k := range c.ks {
				m := Matmul{M: 97, N: 89, K: k, Type: INT4, Fill: Uniform}
				checker := NewChecker(3)
				points := checker.Points(m, uint64(k))[:32]
				ratio, err := checker.Ratio(m, 1, points, runInt4(m, 3, 1, points, c.element))
				require.NoError(t, err)
				t.Logf("K=%d: ratio %.3g", k, ratio)
				require.Equal(t, c.pass, ratio <= 1, "K=%d: ratio %.3g", k, ratio)
			}
		})
	}
}

// runInt4 computes the points of m by element.
func runInt4(m Matmul, seed uint64, set int, points []int64, element int4Element) []float64 {
	ts := Tensors(m)
	row, column := make([]float64, m.K), make([]float64, m.K)
	out := make([]float64, len(points))
	for n, p := range points {
		i, j := uint64(p)/uint64(m.N), uint64(p)%uint64(m.N)
		for k := range row {
			row[k] = ts[0].At(seed, set, i*uint64(m.K)+uint64(k))
			column[k] = ts[1].At(seed, set, uint64(k)*uint64(m.N)+j)
		}
		out[n] = element(row, column, func(k int) float64 { return ts[2].At(seed, set, uint64(k/128)*uint64(m.N)+j) })
	}
	return out
}
