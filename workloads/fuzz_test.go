package workloads

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

var someNames = []string{
	"matmul/fp32/m=1/n=2/k=3", "matmul/int4/n=256/sparsity=2:4/fill=normal", "layer/gpt2-small/decode/bf16/b=1/t=1/c=1024",
	"layer/custom/prefill/fp32/b=2/t=5/c=0/hidden=32/heads=4/kv_heads=2/head_dim=8/ffn=48/norm=rmsnorm_pre/act=swiglu/attention=causal/bias=false/rope_theta=10000/eps=1e-05",
	"layer/llama3-8b/prefill/int8/b=1/t=4/c=0/fill=normal", "matmul/fp32/m=1/n=2/k=3/pack=prepare",
	"matmul//", "layer/////", "",
}

// requireSound holds for every workload that anything accepts.
func requireSound(t *testing.T, w Workload) {
	t.Helper()
	require.NoError(t, Validate(w))
	again, err := Parse(w.Name())
	require.NoError(t, err)
	require.Equal(t, w, again)
	require.Positive(t, w.Ops())
	require.Positive(t, w.Bytes())
	require.Positive(t, OutputLen(w))
	for _, x := range Tensors(w) {
		require.Positive(t, x.Len(), x.Name)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range someNames {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if w, err := Parse(name); err == nil {
			requireSound(t, w)
		}
	})
}

func FuzzDecode(f *testing.F) {
	for _, name := range someNames[:4] {
		w, err := Parse(name)
		require.NoError(f, err)
		b, err := Encode(w)
		require.NoError(f, err)
		f.Add([]byte(b))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if w, err := DecodeJSON(b); err == nil {
			requireSound(t, w)
		}
	})
}

func FuzzParseSuite(f *testing.F) {
	for _, name := range SuiteNames() {
		text, err := embedded.ReadFile("suites/" + name + ".toml")
		require.NoError(f, err)
		f.Add(string(text))
	}
	smoke, err := os.ReadFile("testdata/smoke.toml")
	require.NoError(f, err)
	f.Add(string(smoke))
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSuite(text, "fuzz")
		if err != nil {
			return
		}
		require.NotEmpty(t, s.Steps)
		for _, step := range s.Steps[:min(len(s.Steps), 3)] {
			requireSound(t, step.Workload)
		}
	})
}
