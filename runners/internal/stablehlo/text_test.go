package stablehlo_test

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/parts"
	"joulemark/runners/internal/stablehlo"
	"joulemark/workloads"
)

var signature = regexp.MustCompile(`@main\((.*)\) -> \((.*)\) \{`)

// returned are the names and types that a program returns.
var returned = regexp.MustCompile(`    return (.*) : (.*)\n`)

// resultOnly makes a program return but one of its results, and alias nothing.
func resultOnly(text string, i int) string {
	found := returned.FindStringSubmatch(text)
	name, kind := strings.Split(found[1], ", ")[i], strings.Split(found[2], ", ")[i]
	text = strings.Replace(text, found[0], fmt.Sprintf("    return %s : %s\n", name, kind), 1)
	text = regexp.MustCompile(` \{tf.aliasing_output = \d : i32\}`).ReplaceAllString(text, "")
	return regexp.MustCompile(`-> \(.*\) \{`).ReplaceAllString(text, "-> "+kind+" {")
}

func TestSignatures(t *testing.T) {
	of := func(d workloads.DType) workloads.Matmul { return workloads.Matmul{M: 2, N: 3, K: 5, Type: d} }
	for _, c := range []struct {
		workload           workloads.Workload
		arguments, results string
	}{
		{of(workloads.FP64), "%a: tensor<2x5xf64>, %b: tensor<5x3xf64>", "tensor<2x3xf64>"},
		{of(workloads.FP32), "%a: tensor<2x5xf32>, %b: tensor<5x3xf32>", "tensor<2x3xf32>"},
		{of(workloads.TF32), "%a: tensor<2x5xf32>, %b: tensor<5x3xf32>", "tensor<2x3xf32>"},
		{of(workloads.FP16), "%a: tensor<2x5xf16>, %b: tensor<5x3xf16>", "tensor<2x3xf16>"},
		{of(workloads.BF16), "%a: tensor<2x5xbf16>, %b: tensor<5x3xbf16>", "tensor<2x3xbf16>"},
		{of(workloads.FP8E4M3), "%a: tensor<2x5xf8E4M3FN>, %b: tensor<5x3xf8E4M3FN>", "tensor<2x3xbf16>"},
		{of(workloads.FP8E5M2), "%a: tensor<2x5xf8E5M2>, %b: tensor<5x3xf8E5M2>", "tensor<2x3xbf16>"},
		{of(workloads.INT8), "%a: tensor<2x5xi8>, %b: tensor<5x3xi8>", "tensor<2x3xi32>"},
		{of(workloads.INT4), "%a: tensor<2x5xbf16>, %b: tensor<5x3xi4>, %b_scale: tensor<1x3xbf16>", "tensor<2x3xbf16>"},
		{with(decode(llamaLike, workloads.BF16), func(l *workloads.Layer) { l.Batch, l.Context = 3, 7 }),
			"%x: tensor<3x1x40xbf16>, %wqkv: tensor<40x100xbf16>, %wo: tensor<60x40xbf16>, %norm1_gain: tensor<40xbf16>, %norm2_gain: tensor<40xbf16>, " +
				"%wgate: tensor<40x70xbf16>, %wup: tensor<40x70xbf16>, %wdown: tensor<70x40xbf16>, " +
				"%k_cache: tensor<3x2x7x10xbf16> {tf.aliasing_output = 1 : i32}, %v_cache: tensor<3x2x7x10xbf16> {tf.aliasing_output = 2 : i32}",
			"tensor<3x1x40xbf16>, tensor<3x2x7x10xbf16>, tensor<3x2x7x10xbf16>"},
		{with(prefill(bertLike, workloads.FP16), func(l *workloads.Layer) { l.Tokens = 4 }),
			"%x: tensor<2x4x48xf16>, %wqkv: tensor<48x144xf16>, %bqkv: tensor<144xf16>, %wo: tensor<48x48xf16>, %bo: tensor<48xf16>, %norm1_gain: tensor<48xf16>, " +
				"%norm1_bias: tensor<48xf16>, %norm2_gain: tensor<48xf16>, %norm2_bias: tensor<48xf16>, %wup: tensor<48x90xf16>, %bup: tensor<90xf16>, " +
				"%wdown: tensor<90x48xf16>, %bdown: tensor<48xf16>",
			"tensor<2x4x48xf16>"},
	} {
		p := program(t, c.workload)
		found := signature.FindStringSubmatch(p.Text)
		require.Equal(t, c.arguments, found[1], c.workload.Name())
		require.Equal(t, c.results, found[2], c.workload.Name())
		require.Equal(t, workloads.Tensors(c.workload), p.Inputs)
	}
}

// How a product may round is asked for in words, not left to a plugin's default.
func TestPrecisionIsAskedFor(t *testing.T) {
	for d, want := range map[workloads.DType]string{
		workloads.FP64: "HIGHEST", workloads.FP32: "HIGHEST", workloads.FP8E4M3: "HIGHEST", workloads.FP8E5M2: "HIGHEST",
		workloads.TF32: stablehlo.TF32Clause, workloads.FP16: "DEFAULT", workloads.BF16: "DEFAULT",
	} {
		text := program(t, workloads.Matmul{M: 8, N: 8, K: 8, Type: d}).Text
		require.Equal(t, 1, strings.Count(text, "dot_general"))
		require.Contains(t, text, want)
	}
	for _, line := range strings.Split(program(t, decode(gptLike, workloads.FP32)).Text, "\n") {
		if strings.Contains(line, "dot_general") {
			require.Contains(t, line, "precision = [HIGHEST, HIGHEST]")
		}
	}
}

// A cache that is only read is not donated, and no cache is joined to new tokens.
func TestPrefillReadsTheCache(t *testing.T) {
	p := program(t, with(prefill(llamaLike, workloads.BF16), func(l *workloads.Layer) { l.Context = 9 }))
	require.Empty(t, p.Donated)
	require.NotContains(t, p.Text, "aliasing")
	require.NotContains(t, p.Text, "concatenate")
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		workload workloads.Workload
		want     string
	}{
		{workloads.Matmul{M: 4, N: 4, K: 4, Type: workloads.BF16, Sparsity: "2:4"}, "StableHLO has no 2:4 sparsity: use dense operands"},
		{workloads.Matmul{M: 4, N: 4, K: 4, Type: workloads.BF16, Pack: workloads.PackPrepare}, "arguments are row-major, so choose pack=call"},
		{prefill(gptLike, workloads.INT8), "no program for a layer in int8: use fp32, tf32, fp16 or bf16"},
		{workloads.Matmul{M: 0, N: 4, K: 4, Type: workloads.BF16}, "m is 0: use 1…1000000"},
		{workloads.Matmul{M: 4, N: 4, K: 4, Type: "fp7"}, `dtype "fp7" is not known`},
		{with(prefill(gptLike, workloads.FP32), func(l *workloads.Layer) { l.Phase = workloads.Train }), "no program for training: use prefill or decode"},
		{prefill(gptLike, workloads.FP64), "no program for a layer in fp64: use fp32, tf32, fp16 or bf16"},
		{prefill(gptLike, workloads.INT8), "no program for a layer in int8: use fp32, tf32, fp16 or bf16"},
		{with(prefill(gptLike, workloads.FP32), func(l *workloads.Layer) { l.Technique = "fmha" }), "no program for the technique fmha: leave it out"},
		{with(prefill(llamaLike, workloads.FP32), func(l *workloads.Layer) { l.Tokens, l.HeadDim = 1_000_000, 1_000_000 }), "use fewer tokens or a smaller head_dim"},
		{with(prefill(gptLike, workloads.FP32), func(l *workloads.Layer) { l.KVHeads = 2 }), "make heads a multiple of kv_heads"},
	} {
		var err error
		switch w := c.workload.(type) {
		case workloads.Matmul:
			_, err = stablehlo.Matmul(w)
		case workloads.Layer:
			_, err = stablehlo.Layer(w)
		}
		require.ErrorContains(t, err, c.want)
	}
}

// The text stays short where the sequence is long: tables of angles are not written
// out.
func TestTextIsShort(t *testing.T) {
	l := workloads.Layer{Model: "llama3-8b", Phase: workloads.Prefill, Tokens: 131072, Type: workloads.BF16}
	require.Less(t, len(program(t, l).Text), 4<<20)
}

func TestErf(t *testing.T) {
	const n = 100_000
	p := stablehlo.ErfProgram(n)
	x := p.Inputs[0].Stored(seed, 1)
	worst := 0.0
	for i, got := range values(t, task(t, client(t, parts.XLACPU(t)), p), all(n)) {
		worst = max(worst, math.Abs(got-math.Erf(workloads.FromBytes(workloads.FP32, x, int64(i)))))
	}
	require.Less(t, worst, 1.05e-7)
}

// Weights are rounded to the declared type at most once, and their products with the
// values are summed in fp32, which the check of a layer would not hold so closely.
func TestWeightsAreRoundedOnceAndSummedInFP32(t *testing.T) {
	for _, l := range []workloads.Layer{
		decode(llamaLike, workloads.BF16), decode(llamaLike, workloads.FP16), decode(llamaLike, workloads.FP32),
		with(prefill(llamaLike, workloads.BF16), func(l *workloads.Layer) { l.Context = 21 }),
		with(prefill(llamaLike, workloads.FP16), func(l *workloads.Layer) { l.Context = 21 }),
	} {
		const rows = 3
		p := stablehlo.WeightedProgram(l, rows)
		weights, cache := p.Inputs[0].Stored(seed, 1), p.Inputs[1].Stored(seed, 1)
		got := values(t, task(t, client(t, parts.XLACPU(t)), p), all(int64(l.Batch*l.KVHeads*rows*l.HeadDim)))
		for i, g := range got {
			row, d := i/l.HeadDim, i%l.HeadDim
			want, size := 0.0, 0.0
			for c := range l.Context {
				w := workloads.Round(l.Type, workloads.FromBytes(workloads.FP32, weights, int64(row*l.Context+c)))
				v := workloads.FromBytes(l.Type, cache, int64((row/rows*l.Context+c)*l.HeadDim+d))
				want, size = want+w*v, size+math.Abs(w*v)
			}
			require.InDelta(t, want, g, size*0x1p-20, l.Name())
		}
	}
}

func all(n int64) []int64 {
	points := make([]int64, n)
	for i := range points {
		points[i] = int64(i)
	}
	return points
}

// FuzzInvalid: whatever is asked for gives a program or an error.
func FuzzInvalid(f *testing.F) {
	f.Add(1, 1, 1, 0, 8, 2, 1, 4, 16, "prefill", "rmsnorm_pre", "swiglu", "causal", "fp32", 10000.0)
	f.Add(-1, 0, 1, -7, 1<<62, 0, 0, 3, 16, "decode", "", "relu", "causal", "int4", math.Inf(1))
	f.Add(1, 1, 1000000, 5, 1000000, 1, 1, 1, 1, "decode", "layernorm_post", "gelu_erf", "full", "bf16", math.NaN())
	f.Fuzz(func(t *testing.T, batch, tokens, context, kv, hidden, heads, kvHeads, headDim, ffn int, phase, norm, act, attention, dtype string, theta float64) {
		l := workloads.Layer{Model: workloads.Custom, Phase: workloads.Phase(phase), Batch: batch, Tokens: tokens, Context: context, Hidden: hidden, Heads: heads, KVHeads: kvHeads,
			HeadDim: headDim, FFN: ffn, Norm: workloads.Norm(norm), Act: workloads.Act(act), Attention: workloads.Attention(attention), RopeTheta: theta, Eps: 1e-5, Type: workloads.DType(dtype)}
		p, err := stablehlo.Layer(l)
		require.Equal(t, err == nil, p.Text != "")
		q, err := stablehlo.Matmul(workloads.Matmul{M: batch, N: hidden, K: kv, Type: workloads.DType(dtype)})
		require.Equal(t, err == nil, q.Text != "")
	})
}
