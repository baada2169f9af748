package portable

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/engine"
	"joulemark/workloads"
)

// Models of the table at reduced size, in everything else as they are.
var (
	gptLike = workloads.Layer{Hidden: 48, Heads: 3, KVHeads: 3, HeadDim: 16, FFN: 100,
		Norm: workloads.LayerNormPre, Act: workloads.GELUTanh, Attention: workloads.Causal, Bias: true, Eps: 1e-5}
	bertLike = workloads.Layer{Hidden: 48, Heads: 4, KVHeads: 4, HeadDim: 12, FFN: 90,
		Norm: workloads.LayerNormPost, Act: workloads.GELUErf, Attention: workloads.Full, Bias: true, Eps: 1e-12}
	llamaLike = workloads.Layer{Hidden: 40, Heads: 6, KVHeads: 2, HeadDim: 10, FFN: 70,
		Norm: workloads.RMSNormPre, Act: workloads.SwiGLU, Attention: workloads.Causal, RopeTheta: 500000, Eps: 1e-5}
	// mixed has what no model of the table has together.
	mixed = workloads.Layer{Hidden: 33, Heads: 4, KVHeads: 1, HeadDim: 6, FFN: 37,
		Norm: workloads.LayerNormPost, Act: workloads.SwiGLU, Attention: workloads.Causal, Bias: true, RopeTheta: 100, Eps: 1e-5}
)

// tiny is a model with more tokens or cache entries than a block of either.
func tiny(l workloads.Layer, p workloads.Phase, d workloads.DType) workloads.Layer {
	l.Model, l.Phase, l.Type, l.Batch, l.Tokens = workloads.Custom, p, d, 2, 2*queryBlock+keyBlock+5
	if p == workloads.Decode {
		l.Tokens, l.Context = 1, 2*keyBlock+7
	}
	return l.WithDefaults()
}

func TestLayers(t *testing.T) {
	with := func(l workloads.Layer, change func(*workloads.Layer)) workloads.Layer {
		change(&l)
		return l
	}
	for _, d := range []workloads.DType{workloads.FP32, workloads.TF32, workloads.FP16, workloads.BF16, workloads.INT8} {
		for name, l := range map[string]workloads.Layer{
			"gpt2 prefill":       tiny(gptLike, workloads.Prefill, d),
			"gpt2 decode":        tiny(gptLike, workloads.Decode, d),
			"bert prefill":       tiny(bertLike, workloads.Prefill, d),
			"llama prefill":      tiny(llamaLike, workloads.Prefill, d),
			"llama decode":       tiny(llamaLike, workloads.Decode, d),
			"mixed prefill":      tiny(mixed, workloads.Prefill, d),
			"mixed decode":       tiny(mixed, workloads.Decode, d),
			"one token":          with(tiny(gptLike, workloads.Prefill, d), func(l *workloads.Layer) { l.Tokens = 1 }),
			"one cache entry":    with(tiny(llamaLike, workloads.Decode, d), func(l *workloads.Layer) { l.Context = 1 }),
			"one whole block":    with(tiny(llamaLike, workloads.Decode, d), func(l *workloads.Layer) { l.Context = keyBlock }),
			"prefill with past":  with(tiny(llamaLike, workloads.Prefill, d), func(l *workloads.Layer) { l.Tokens, l.Context = 35, 150 }),
			"batch of one":       with(tiny(gptLike, workloads.Decode, d), func(l *workloads.Layer) { l.Batch = 1 }),
			"uneven normal fill": with(tiny(gptLike, workloads.Prefill, d), func(l *workloads.Layer) { l.Tokens, l.Fill = 20, workloads.Normal }),
		} {
			t.Run(name+" "+string(d), func(t *testing.T) {
				requireSet1(t, l, 1+len(name)%3)
			})
		}
	}
}

func TestModelsOfTheTable(t *testing.T) {
	requireSet1(t, workloads.Layer{Model: "gpt2-small", Phase: workloads.Decode, Context: 40, Type: workloads.BF16}.WithDefaults(), 2)
	requireSet1(t, workloads.Layer{Model: "bert-base", Phase: workloads.Prefill, Tokens: 3, Type: workloads.FP32}.WithDefaults(), 2)
}

// Decode overwrites a slot of the cache, and must not see that it has.
func TestDecodeCanBeRepeated(t *testing.T) {
	for _, d := range []workloads.DType{workloads.FP32, workloads.FP16, workloads.BF16, workloads.INT8} {
		l := tiny(llamaLike, workloads.Decode, d)
		task, err := New(l, engine.Options{Seed: seed, Threads: 2, Sets: 2})
		require.NoError(t, err)
		defer task.Close()
		require.NoError(t, task.Run(context.Background(), 0, 1))
		_, first := outputs(t, task, l)
		require.NoError(t, task.Run(context.Background(), 1, 4))
		_, again := outputs(t, task, l)
		require.Equal(t, first, again)
	}
}

// What a layer of a 16-bit type stores are numbers of that type, though they lie in
// float32. A layer that kept more would pass the check and do less than it should.
func TestNarrowLayersStoreTheirType(t *testing.T) {
	for name, l := range map[string]workloads.Layer{
		"gpt2":      tiny(gptLike, workloads.Prefill, workloads.BF16),
		"bert":      tiny(bertLike, workloads.Prefill, workloads.BF16),
		"llama":     tiny(llamaLike, workloads.Prefill, workloads.BF16),
		"decode":    tiny(llamaLike, workloads.Decode, workloads.BF16),
		"bert fp16": tiny(bertLike, workloads.Prefill, workloads.FP16),
		"fp16":      tiny(llamaLike, workloads.Decode, workloads.FP16),
		"int8":      tiny(llamaLike, workloads.Prefill, workloads.INT8),
	} {
		var b *layer
		run(t, 1, func(a *engine.Arena, o engine.Options) *engine.Program {
			b = newLayer(a, l, o)
			return b.program()
		})
		for stored, d := range map[string]*Dense[float32]{
			"x": b.x, "normed": b.normed, "qkv": b.qkv, "attended": b.attended, "middle": b.middle, "hidden": b.hidden, "out": b.out,
		} {
			for i, v := range d.Data {
				require.Equal(t, workloads.Round(l.Stored(), float64(v)), float64(v), "%s of %s, element %d", stored, name, i)
			}
		}
	}
}
