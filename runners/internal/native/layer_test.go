package native

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/engine"
	"joulemark/runners/internal/isa"
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
	// odd has heads that are no whole words of bf16, and none that are whole panels.
	odd = workloads.Layer{Hidden: 31, Heads: 2, KVHeads: 2, HeadDim: 71, FFN: 65,
		Norm: workloads.LayerNormPre, Act: workloads.GELUErf, Attention: workloads.Causal, Eps: 1e-5}

	layerTypes = []workloads.DType{workloads.FP32, workloads.TF32, workloads.FP16, workloads.BF16, workloads.INT8}
)

// layerTargets are targets and what older processors have, with a second level so
// small that attention goes by several blocks of keys.
func layerTargets() (list []Target) {
	for _, on := range targets() {
		on.Caches.L2Bytes = 48 << 10
		list = append(list, on)
		if on.Set.BF16 || on.Set.VNNI || on.Set.I8MM {
			on.Set = isa.Set{Name: on.Set.Name}
			list = append(list, on)
		}
	}
	return list
}

// tiny is a model with more tokens or cache entries than a block of either.
func tiny(l workloads.Layer, p workloads.Phase, d workloads.DType) workloads.Layer {
	l.Model, l.Phase, l.Type, l.Batch, l.Tokens = workloads.Custom, p, d, 2, 64*3+queryBlock+5
	if p == workloads.Decode {
		l.Tokens, l.Context = 1, 2*decodePart+7
	}
	return l.WithDefaults()
}

func changed(l workloads.Layer, change func(*workloads.Layer)) workloads.Layer {
	change(&l)
	return l
}

// cases are layers of a type by name.
func cases(d workloads.DType) map[string]workloads.Layer {
	return map[string]workloads.Layer{
		"gpt2 prefill":     tiny(gptLike, workloads.Prefill, d),
		"gpt2 decode":      tiny(gptLike, workloads.Decode, d),
		"bert prefill":     tiny(bertLike, workloads.Prefill, d),
		"llama prefill":    tiny(llamaLike, workloads.Prefill, d),
		"llama decode":     tiny(llamaLike, workloads.Decode, d),
		"mixed prefill":    tiny(mixed, workloads.Prefill, d),
		"mixed decode":     tiny(mixed, workloads.Decode, d),
		"odd prefill":      tiny(odd, workloads.Prefill, d),
		"odd decode":       tiny(odd, workloads.Decode, d),
		"one token":        changed(tiny(gptLike, workloads.Prefill, d), func(l *workloads.Layer) { l.Tokens = 1 }),
		"one cache entry":  changed(tiny(llamaLike, workloads.Decode, d), func(l *workloads.Layer) { l.Context = 1 }),
		"one block":        changed(tiny(bertLike, workloads.Prefill, d), func(l *workloads.Layer) { l.Tokens = 128 }),
		"past":             changed(tiny(llamaLike, workloads.Prefill, d), func(l *workloads.Layer) { l.Tokens, l.Context = 35, 150 }),
		"long past":        changed(tiny(odd, workloads.Prefill, d), func(l *workloads.Layer) { l.Tokens, l.Context = queryBlock+1, 300 }),
		"batch of one":     changed(tiny(gptLike, workloads.Decode, d), func(l *workloads.Layer) { l.Batch = 1 }),
		"batch of sixteen": changed(tiny(llamaLike, workloads.Decode, d), func(l *workloads.Layer) { l.Batch, l.Context = 16, 50 }),
		"parts":            changed(tiny(mixed, workloads.Decode, d), func(l *workloads.Layer) { l.Batch, l.Context = 1, 5*decodePart+3 }),
		"one head":         changed(tiny(mixed, workloads.Prefill, d), func(l *workloads.Layer) { l.Batch, l.Tokens = 1, 3*queryBlock-1 }),
		"normal fill":      changed(tiny(gptLike, workloads.Prefill, d), func(l *workloads.Layer) { l.Tokens, l.Fill = 20, workloads.Normal }),
		"integers":         changed(tiny(llamaLike, workloads.Prefill, d), func(l *workloads.Layer) { l.Tokens, l.Fill = 20, workloads.Integers }),
	}
}

func TestLayers(t *testing.T) {
	for _, on := range layerTargets() {
		for _, d := range layerTypes {
			for name, l := range cases(d) {
				t.Run(fmt.Sprintf("%s/%s/%s", on.Set, d, name), func(t *testing.T) {
					requireSet1(t, on, l, 1+len(name)%3)
				})
			}
		}
	}
}

func TestModelsOfTheTable(t *testing.T) {
	for _, on := range layerTargets() {
		for _, d := range layerTypes {
			requireSet1(t, on, workloads.Layer{Model: "gpt2-small", Phase: workloads.Decode, Context: 40, Type: d}.WithDefaults(), 2)
			requireSet1(t, on, workloads.Layer{Model: "bert-base", Phase: workloads.Prefill, Tokens: 7, Type: d}.WithDefaults(), 2)
		}
	}
}

// Decode overwrites a slot of the cache, and must not see that it has.
func TestDecodeCanBeRepeated(t *testing.T) {
	for _, on := range layerTargets() {
		for _, d := range layerTypes {
			l := tiny(llamaLike, workloads.Decode, d)
			task := start(t, on, l, 2)
			require.NoError(t, task.Run(context.Background(), 0, 1))
			first := everything(t, task, l)
			require.NoError(t, task.Run(context.Background(), 1, 6))
			require.Equal(t, first, everything(t, task, l), "%s %s", on.Set, d)
		}
	}
}

func everything(t *testing.T, task *engine.Task, w workloads.Workload) []float64 {
	t.Helper()
	points := make([]int64, workloads.OutputLen(w))
	for i := range points {
		points[i] = int64(i)
	}
	values, err := task.Values(points)
	require.NoError(t, err)
	return values
}

func TestLayersAllocateNothing(t *testing.T) {
	for _, on := range layerTargets() {
		for _, d := range layerTypes {
			for _, name := range []string{"gpt2 prefill", "llama prefill", "llama decode", "parts", "long past", "bert prefill"} {
				task := start(t, on, cases(d)[name], 2)
				var err error
				n := testing.AllocsPerRun(3, func() { err = errors.Join(err, task.Run(context.Background(), 0, 1)) })
				require.NoError(t, err)
				require.Zero(t, n, "%s %s %s", on.Set, d, name)
			}
		}
	}
}

// Scratch does not grow with the context beyond a block of keys.
func TestScratchOfAnyContext(t *testing.T) {
	for _, on := range layerTargets() {
		for _, p := range []workloads.Phase{workloads.Prefill, workloads.Decode} {
			var needs []int64
			for _, context := range []int{8000, 32768} {
				build, ok := on.Builder(changed(tiny(llamaLike, p, workloads.BF16), func(l *workloads.Layer) { l.Context = context }))
				require.True(t, ok)
				need, err := engine.Plan(build, 2)
				require.NoError(t, err)
				needs = append(needs, need.RestBytes)
			}
			require.Equal(t, needs[0], needs[1], "%s %s", on.Set, p)
		}
	}
}

func TestWhatLayersAreNotTaken(t *testing.T) {
	for _, on := range layerTargets() {
		for _, l := range []workloads.Layer{
			changed(tiny(gptLike, workloads.Prefill, workloads.FP32), func(l *workloads.Layer) { l.Technique = "strassen" }),
			tiny(gptLike, workloads.Train, workloads.FP32),
		} {
			_, ok := on.Builder(l)
			require.False(t, ok, l.Name())
		}
	}
}

// Layers of random shapes: odd sizes, any combination of what a layer has. Of widths
// below 32 the bound of int8 is not calibrated.
func TestRandomLayers(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 8))
	on := layerTargets()
	for i := range 60 {
		l := randomLayer(random)
		l.Type = layerTypes[i%len(layerTypes)]
		l = l.WithDefaults()
		require.NoError(t, workloads.Computable(l), l.Name())
		threads := 1 + random.IntN(3)
		t.Run("", func(t *testing.T) { requireSet1(t, on[i/len(layerTypes)%len(on)], l, threads) })
	}
}

func randomLayer(random *rand.Rand) workloads.Layer {
	upTo := func(n int) int { return 1 + random.IntN(n) }
	either := func() bool { return random.IntN(2) == 0 }
	l := workloads.Layer{
		Model: workloads.Custom, Phase: workloads.Prefill, Batch: upTo(3), Tokens: upTo(150),
		Hidden: 32 + upTo(80), KVHeads: upTo(3), HeadDim: upTo(90), FFN: 32 + upTo(150), Bias: either(), Eps: 1e-5,
		Norm:      []workloads.Norm{workloads.LayerNormPre, workloads.LayerNormPost, workloads.RMSNormPre}[random.IntN(3)],
		Act:       []workloads.Act{workloads.GELUTanh, workloads.GELUErf, workloads.SwiGLU}[random.IntN(3)],
		Attention: workloads.Causal,
	}
	l.Heads = l.KVHeads * upTo(5)
	switch {
	case either():
		l.Phase, l.Tokens, l.Context = workloads.Decode, 1, upTo(900)
	case either():
		l.Attention = workloads.Full
	case either():
		l.Context = upTo(200)
	}
	if either() {
		l.HeadDim, l.RopeTheta = l.HeadDim+l.HeadDim%2, 10000
	}
	return l
}
