package workloads

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func parse(t *testing.T, name string) Workload {
	t.Helper()
	w, err := Parse(name)
	require.NoError(t, err)
	return w
}

// Published parameter counts of one layer: embeddings and the last norm taken
// from the totals of each model's paper or card. The elements of the weights must
// add up to them.
func TestWeightsAddUpToPublishedParameters(t *testing.T) {
	for model, params := range map[string]int{
		"gpt2-small": (124439808 - 50257*768 - 1024*768 - 2*768) / 12,              // 124,439,808 parameters of the released checkpoint
		"bert-base":  (109482240 - (30522+512+2)*768 - 2*768 - 768*768 - 768) / 12, // 109,482,240 of BertModel with pooler
		"llama3-8b":  (8030261248 - 2*128256*4096 - 4096) / 32,                     // 8,030,261,248
		"gpt3-175b":  12*12288*12288 + 13*12288,                                    // 12 H² and 13 H: 96 layers make 174.0e9 of its 175e9
	} {
		l := Layer{Model: model, Phase: Prefill, Tokens: 1, Type: FP32}.WithDefaults()
		total := 0
		for _, x := range Tensors(l) {
			if x.Name != "x" {
				total += x.Len()
			}
		}
		require.Equal(t, params, total, model)
		require.Equal(t, 4*float64(params+2*l.Hidden), l.Bytes(), "%s: weights, x and y", model)
	}
}

func TestOps(t *testing.T) {
	for name, want := range map[string]float64{
		"matmul/fp32/m=3/n=5/k=7":              210,
		"matmul/bf16/n=8192":                   2 * 8192. * 8192 * 8192,
		"matmul/bf16/n=8192/sparsity=2:4":      2 * 8192. * 8192 * 8192,
		"layer/gpt2-small/decode/fp32/c=1":     2*12*768*768 + 4*768,
		"layer/gpt2-small/decode/fp32/c=1024":  2*12*768*768 + 4*768*1024,
		"layer/gpt2-small/prefill/fp32/t=1":    2*12*768*768 + 4*768,
		"layer/gpt2-small/prefill/fp32/t=4":    4*2*12*768*768 + 4*768*10,
		"layer/bert-base/prefill/fp32/t=4/b=3": 3 * (4*2*12*768*768 + 4*768*16),
		"layer/gpt2-small/train/fp32/t=4":      3 * (4*2*12*768*768 + 4*768*10),
		"layer/llama3-8b/prefill/bf16/t=1":     2*(218112000-2*4096) + 4*4096,
		"layer/llama3-8b/decode/bf16/b=2/c=9":  2 * (2*(218112000-2*4096) + 4*4096*9),
	} {
		require.Equal(t, want, parse(t, name).Ops(), name)
	}
}

// Pairs against the mask spelled out.
func TestPairs(t *testing.T) {
	for _, tokens := range []int{1, 2, 7} {
		for _, past := range []int{0, 1, 5} {
			causal, full := 0.0, 0.0
			for q := range tokens {
				for k := range past + tokens {
					full++
					if k <= past+q {
						causal++
					}
				}
			}
			require.Equal(t, causal, Layer{Phase: Prefill, Attention: Causal, Tokens: tokens, Context: past}.Pairs())
			if past == 0 {
				require.Equal(t, full, Layer{Phase: Prefill, Attention: Full, Tokens: tokens}.Pairs())
			}
		}
	}
}

func TestBytes(t *testing.T) {
	slots := func(entries float64) float64 { return 2 * 8 * 128 * 2 * entries } // K and V of llama3-8b in bf16
	for name, want := range map[string]float64{
		"matmul/fp64/m=3/n=5/k=7":              8 * (21 + 35 + 15),
		"matmul/int8/m=3/n=5/k=7":              21 + 35 + 4*15,
		"matmul/bf16/m=3/n=5/k=7":              2 * (21 + 35 + 15),
		"matmul/fp8_e4m3/m=3/n=5/k=7":          21 + 35 + 2*15,
		"matmul/int4/m=3/n=5/k=256":            3*256*2 + 256*5/2 + 2*5*2 + 2*15,
		"matmul/fp16/m=3/n=5/k=8/sparsity=2:4": 2*24 + 2*20 + 5 + 2*15,
		"layer/llama3-8b/prefill/bf16/t=6":     2 * (218112000 + 2*6*4096),
		"layer/llama3-8b/decode/bf16/b=3/c=9":  2*(218112000+2*3*4096) + 3*slots(9) + 3*slots(1),
		"layer/llama3-8b/prefill/bf16/t=6/c=9": 2*(218112000+2*6*4096) + slots(9),
		"layer/llama3-8b/train/bf16/t=6":       2 * (2*218112000 + 4*6*4096),
		"layer/llama3-8b/decode/int8/b=3/c=9":  218112000 - 2*4096 + 2*(2*4096+6144+2*4096+2*14336+2*3*4096) + 3*slots(9) + 3*slots(1), // gains, scales of columns, x and y in bf16
		"matmul/fp32/m=3/n=5/k=7/pack=call":    4 * (21 + 35 + 15),
	} {
		require.Equal(t, want, parse(t, name).Bytes(), name)
	}
}

// The numbers of tensors are a contract with external runners.
func TestTensorNumbers(t *testing.T) {
	list := func(w Workload) (names []string) {
		for _, x := range Tensors(w) {
			for len(names) < x.Index {
				names = append(names, "-")
			}
			names = append(names, x.Name)
		}
		return names
	}
	biased := with(tiny(), func(l *Layer) { l.Bias, l.Norm, l.Context, l.Attention = true, LayerNormPre, 3, Causal })
	require.Equal(t, []string{"a", "b"}, list(Matmul{M: 1, N: 1, K: 1, Type: FP32}))
	require.Equal(t, []string{"a", "b", "b_scale"}, list(Matmul{M: 1, N: 1, K: 1, Type: INT4}))
	require.Equal(t, []string{"x", "wqkv", "bqkv", "wo", "bo", "norm1_gain", "norm1_bias", "norm2_gain", "norm2_bias", "wgate", "bgate", "wup", "bup", "wdown", "bdown", "k_cache", "v_cache"}, list(biased))
	biased.Type = INT8
	require.Equal(t, []string{"wqkv_scale", "wo_scale", "wgate_scale", "wup_scale", "wdown_scale"}, list(biased)[17:])
	require.Equal(t, []string{"wqkv_scale", "wo_scale", "-", "wup_scale", "wdown_scale"}, list(with(biased, func(l *Layer) { l.Act = GELUErf }))[17:])
	require.Equal(t, []string{"x", "wqkv", "-", "wo", "-", "norm1_gain", "-", "norm2_gain", "-", "wgate", "-", "wup", "-", "wdown"}, list(tiny()))
}

// Every operand of a matmul has a type of its own, and together with the result
// they are what Bytes counts.
func TestMatmulTensors(t *testing.T) {
	for _, d := range operandTypes() {
		m := Matmul{M: 3, N: 6, K: 257, Type: d}
		bytes := float64(m.M*m.N) * d.Out().Size()
		for _, x := range Tensors(m) {
			require.Equal(t, map[string]Tensor{
				"a":       {0, "a", []int{3, 257}, map[bool]DType{true: BF16, false: d}[d == INT4], Uniform, 0, 0},
				"b":       {1, "b", []int{257, 6}, d, Uniform, 0, 0},
				"b_scale": {2, "b_scale", []int{3, 6}, BF16, Uniform, 3, 1},
			}[x.Name], x)
			bytes += x.Bytes()
		}
		require.Equal(t, m.Bytes(), bytes, d)
	}
}

func TestShapesAndScales(t *testing.T) {
	l := with(tiny(), func(l *Layer) { l.Bias, l.Context, l.Fill = true, 3, Integers })
	for _, x := range Tensors(l) {
		want := map[string]struct {
			shape  []int
			shift  int
			offset float64
		}{
			"x": {[]int{2, 5, 32}, 0, 0}, "wqkv": {[]int{32, 64}, 2 + 2, 0}, "bqkv": {[]int{64}, 3 + 2, 0},
			"wo": {[]int{32, 32}, 2 + 2, 0}, "bo": {[]int{32}, 3 + 2, 0}, "norm1_gain": {[]int{32}, 3 + 2, 1}, "norm2_gain": {[]int{32}, 3 + 2, 1},
			"wgate": {[]int{32, 48}, 2 + 2, 0}, "bgate": {[]int{48}, 3 + 2, 0}, "wup": {[]int{32, 48}, 2 + 2, 0}, "bup": {[]int{48}, 3 + 2, 0},
			"wdown": {[]int{48, 32}, 2 + 2, 0}, "bdown": {[]int{32}, 3 + 2, 0},
			"k_cache": {[]int{2, 2, 3, 8}, -1 + 2, 0}, "v_cache": {[]int{2, 2, 3, 8}, -1 + 2, 0},
		}[x.Name]
		require.Equal(t, want.shape, x.Shape, x.Name)
		require.Equal(t, want.shift, x.Shift, x.Name)
		require.Equal(t, want.offset, x.Offset, x.Name)
	}
	for fanIn, s := range map[int]int{1: 0, 5: 0, 6: 1, 23: 1, 24: 2, 95: 2, 96: 3, 768: 4, 3072: 5, 4096: 5, 12288: 6, 14336: 6, 49152: 7} {
		require.Equal(t, s, weightShift(fanIn), fanIn)
	}
}

// Columns have their scales, and shifts make whole numbers as large as the float
// types' weights, in every fill.
func TestInt8Weights(t *testing.T) {
	for _, f := range []Fill{Uniform, Normal, Integers} {
		l := with(tiny(), func(l *Layer) { l.Type, l.Bias, l.Context, l.Fill = INT8, true, 3, f })
		wide := Tensors(with(l, func(l *Layer) { l.Type = BF16 }))
		tensors := map[string]Tensor{}
		for _, x := range Tensors(l) {
			tensors[x.Name] = x
		}
		for _, w := range wide {
			x := tensors[w.Name]
			scale, weight := tensors[w.Name+"_scale"]
			if !weight {
				require.Equal(t, w, x)
				continue
			}
			require.Equal(t, Tensor{x.Index, w.Name, w.Shape, INT8, f, x.Shift, 0}, x)
			require.Equal(t, Tensor{scale.Index, w.Name + "_scale", w.Shape[1:], BF16, f, 3 + fillShift[f], 1}, scale)
			require.InEpsilon(t, deviation(w), math.Ldexp(deviation(x), -x.Shift), 0.07, "%s %s", w.Name, f)
			require.Equal(t, INT8.Size()*float64(w.Len()), x.Bytes())
		}
	}
	require.Equal(t, 12, Tensors(Layer{Model: "llama3-8b", Phase: Prefill, Tokens: 1, Type: INT8})[1].Shift, "the example of runners/PROTOCOL.md")
}

func deviation(x Tensor) float64 {
	v := make([]float64, x.Len())
	x.Values(1, 0, v, 0)
	return rmsDifference(v, make([]float64, len(v)))
}
