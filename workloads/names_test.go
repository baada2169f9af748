package workloads

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func tiny() Layer {
	return Layer{
		Model: Custom, Phase: Prefill, Batch: 2, Tokens: 5, Hidden: 32, Heads: 4, KVHeads: 2, HeadDim: 8, FFN: 48,
		Norm: RMSNormPre, Act: SwiGLU, Attention: Causal, RopeTheta: 1e4, Eps: 1e-5, Type: FP32, Fill: Uniform,
	}
}

func with[W any](w W, change func(*W)) W {
	change(&w)
	return w
}

func TestNamesAndBack(t *testing.T) {
	gpt2 := Layer{Model: "gpt2-small", Phase: Prefill, Batch: 1, Tokens: 512, Type: FP32}.WithDefaults()
	for _, c := range []struct {
		w    Workload
		name string
	}{
		{Matmul{M: 1, N: 2, K: 3, Type: BF16, Fill: Uniform}, "matmul/bf16/m=1/n=2/k=3"},
		{Matmul{M: 1, N: 2, K: 4, Type: INT8, Fill: Zeros, Sparsity: "2:4"}, "matmul/int8/m=1/n=2/k=4/fill=zeros/sparsity=2:4"},
		{Matmul{M: 8192, N: 8192, K: 8192, Type: FP8E4M3, Fill: Normal}, "matmul/fp8_e4m3/m=8192/n=8192/k=8192/fill=normal"},
		{Matmul{M: 1, N: 2, K: 4, Type: FP32, Fill: Zeros, Sparsity: "2:4", Pack: PackCall}, "matmul/fp32/m=1/n=2/k=4/fill=zeros/pack=call/sparsity=2:4"},
		{gpt2, "layer/gpt2-small/prefill/fp32/b=1/t=512/c=0"},
		{Layer{Model: "llama3-8b", Phase: Decode, Batch: 16, Context: 4096, Type: BF16}.WithDefaults(), "layer/llama3-8b/decode/bf16/b=16/t=1/c=4096"},
		{with(gpt2, func(l *Layer) { l.Phase, l.Fill, l.Technique = Train, Integers, "flash" }), "layer/gpt2-small/train/fp32/b=1/t=512/c=0/fill=integers/technique=flash"},
		{tiny(), "layer/custom/prefill/fp32/b=2/t=5/c=0/hidden=32/heads=4/kv_heads=2/head_dim=8/ffn=48/norm=rmsnorm_pre/act=swiglu/attention=causal/bias=false/rope_theta=10000/eps=1e-05"},
	} {
		require.Equal(t, c.name, c.w.Name())
		got, err := Parse(c.name)
		require.NoError(t, err)
		require.Equal(t, c.w, got, c.name)
	}
}

func TestParseTakesShortForms(t *testing.T) {
	for short, name := range map[string]string{
		"matmul/fp32/n=64":                      "matmul/fp32/m=64/n=64/k=64",
		"matmul/fp32/k=3/m=1/n=2":               "matmul/fp32/m=1/n=2/k=3",
		"layer/gpt2-small/decode/bf16/c=9":      "layer/gpt2-small/decode/bf16/b=1/t=1/c=9",
		"layer/bert-base/prefill/fp32/t=4":      "layer/bert-base/prefill/fp32/b=1/t=4/c=0",
		"matmul/fp32/n=64/fill=uniform":         "matmul/fp32/m=64/n=64/k=64",
		"layer/llama3-8b/prefill/bf16/t=4/c=10": "layer/llama3-8b/prefill/bf16/b=1/t=4/c=10",
	} {
		w, err := Parse(short)
		require.NoError(t, err, short)
		require.Equal(t, name, w.Name())
	}
}

func TestParseSaysWhatItExpected(t *testing.T) {
	for name, want := range map[string]string{
		"":                                   "begins with no kind of workload: write matmul/<dtype>/m=…/n=…/k=…, layer/",
		"gemm/fp32/n=3":                      "begins with no kind",
		"matmul":                             `dtype "" is not known: use fp64, fp32`,
		"matmul/fp3/n=3":                     `dtype "fp3" is not known: use fp64, fp32`,
		"matmul/int32/n=3":                   `dtype "int32" is not known`,
		"matmul/fp32":                        "m is 0: use 1…1000000",
		"matmul/fp32/m=4":                    "n is 0",
		"matmul/fp32/n=3/n=4":                "n stands twice: give it once",
		"matmul/fp32/n=3/q=4":                `"q=4" is no part of it: write matmul/<dtype>/m=…/n=…/k=…, then any of fill, k, m, n, pack, sparsity`,
		"matmul/fp32/n=":                     `"n=" is no part`,
		"matmul/fp32/n=x":                    "n=x: not understood: write a whole number",
		"matmul/fp32/n=99999999999999999999": "write a whole number",
		"matmul/fp32/n=3/fill=ones":          `fill "ones" is not known: use uniform, normal, zeros, integers`,
		"matmul/fp32/n=3/sparsity=1:4":       `sparsity "1:4" is not known: use 2:4`,
		"matmul/fp32/n=3/sparsity=2:4":       "make it a multiple of 4",
		"matmul/int8/m=1/n=1/k=133145":       "keep k at or below 133144",
		"matmul/fp32/n=3/pack=often":         `pack "often" is not known: use call, prepare`,
		"layer/custom/prefill/int8/t=1/hidden=4/heads=1/kv_heads=1/head_dim=4/ffn=133145/norm=rmsnorm_pre/act=swiglu/attention=causal/eps=1e-5": "keep hidden, heads x head_dim and ffn at or below 133144",
		"layer/gpt2-small":                                  "too short: write layer/<model>/<phase>/<dtype>/b=…/t=…/c=…",
		"layer/gpt9/prefill/fp32/t=1":                       `model "gpt9" is not known: use bert-base, gpt2-small, gpt3-175b, llama3-8b or custom`,
		"layer/gpt2-small/fill/fp32/t=1":                    `phase "fill" is not known: use prefill, decode, train`,
		"layer/gpt2-small/prefill/fp32":                     "t is 0",
		"layer/gpt2-small/prefill/fp32/t=1/hidden=5":        `"hidden=5" is no part`,
		"layer/gpt2-small/decode/fp32":                      "decode has c=0: give the number of cache entries",
		"layer/gpt2-small/decode/fp32/t=2/c=4":              "t is 1",
		"layer/bert-base/decode/fp32/c=4":                   "attends fully and has no cache",
		"layer/gpt2-small/train/fp32/t=2/c=4":               "c is 0",
		"layer/gpt2-small/prefill/fp32/t=1/technique=A%20b": "technique",
		"layer/custom/prefill/fp32/t=1":                     "norm \"\" is not known",
		"layer/custom/prefill/fp32/t=1/bias=maybe":          "write true or false",
		"layer/custom/prefill/fp32/t=1/eps=small":           "write a number",
	} {
		_, err := Parse(name)
		require.ErrorContains(t, err, want, name)
	}
}

func TestValidateRefusesWhatNoNameHolds(t *testing.T) {
	nan := math.NaN()
	for what, w := range map[string]Workload{
		"no workload":             nil,
		"heads is 4":              with(tiny(), func(l *Layer) { l.KVHeads = 3 }),
		"make it even":            with(tiny(), func(l *Layer) { l.HeadDim = 7 }),
		"eps is NaN":              with(tiny(), func(l *Layer) { l.Eps = nan }),
		"eps is 0":                with(tiny(), func(l *Layer) { l.Eps = 0 }),
		"rope_theta is NaN":       with(tiny(), func(l *Layer) { l.RopeTheta = nan }),
		"rope_theta is -1":        with(tiny(), func(l *Layer) { l.RopeTheta = -1 }),
		"c is -1":                 with(tiny(), func(l *Layer) { l.Context = -1 }),
		"b is -1":                 with(tiny(), func(l *Layer) { l.Batch = -1 }),
		"not those of gpt2-small": with(tiny(), func(l *Layer) { l.Model = "gpt2-small" }),
	} {
		require.ErrorContains(t, Validate(w), what)
		_, err := Encode(w)
		require.ErrorContains(t, err, what)
	}
}

func TestWireHoldsEveryFieldAndComesBack(t *testing.T) {
	layers := []Workload{tiny()}
	for _, m := range ModelNames() {
		layers = append(layers, Layer{Model: m, Phase: Prefill, Tokens: 3, Type: BF16, Fill: Normal}.WithDefaults())
	}
	for _, w := range append(layers, Matmul{M: 1, N: 2, K: 4, Type: INT8, Fill: Zeros, Sparsity: "2:4"}, Matmul{M: 1, N: 1, K: 1, Type: FP64, Fill: Uniform}) {
		b, err := Encode(w)
		require.NoError(t, err)
		got, err := DecodeJSON(b)
		require.NoError(t, err)
		require.Equal(t, w, got)

		var fields map[string]any
		require.NoError(t, json.Unmarshal(b, &fields))
		require.Equal(t, w.Name(), fields["name"])
		require.EqualValues(t, Version, fields["version"])
		if _, ok := w.(Layer); ok {
			require.Equal(t, "layer", fields["kind"])
			for _, key := range []string{"model", "phase", "batch", "tokens", "context", "hidden", "heads", "kv_heads", "head_dim", "ffn", "norm", "act", "attention", "bias", "rope_theta", "eps", "dtype", "fill"} {
				require.Contains(t, fields, key)
			}
		}
	}
}

func TestDecodeJSONRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`nonsense`: "not a JSON object", `[]`: "not a JSON object", `{}`: "version 0",
		`{"version":2,"kind":"matmul"}`:                                            "version 2",
		`{"version":1,"kind":"conv"}`:                                              `kind "conv" is not known`,
		`{"version":1,"kind":"matmul","m":1.5}`:                                    "wrong type",
		`{"version":1,"kind":"matmul","m":1,"n":1,"k":1,"dtype":"fp3"}`:            `dtype "fp3"`,
		`{"version":1,"kind":"layer","model":"gpt2-small","phase":"x","tokens":1}`: `phase "x"`,
	} {
		_, err := DecodeJSON([]byte(text))
		require.ErrorContains(t, err, want, text)
	}
	w, err := DecodeJSON([]byte(`{"version":1,"kind":"matmul","m":1,"n":2,"k":3,"dtype":"fp32","later":[1]}`))
	require.NoError(t, err, "unknown fields are ignored, and the fill has a default")
	require.Equal(t, Matmul{M: 1, N: 2, K: 3, Type: FP32, Fill: Uniform}, w)
}

func TestDidYouMean(t *testing.T) {
	for name, want := range map[string]string{
		"quik": `: did you mean "quick"?`, "standart": `: did you mean "standard"?`, "QUICK": "", "x": "", "": "", "quick": `: did you mean "quick"?`,
	} {
		require.Equal(t, want, DidYouMean(name, []string{"publish", "quick", "standard"}), name)
	}
}
