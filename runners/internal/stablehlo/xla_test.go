package stablehlo_test

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/parts"
	"joulemark/runners/internal/pjrt"
	"joulemark/runners/internal/stablehlo"
	"joulemark/workloads"
)

const seed = 7

var opened sync.Mutex

// clients are the plugins loaded so far, by path: a plugin is initialised once.
var clients = map[string]*pjrt.Client{}

func client(t testing.TB, path string) *pjrt.Client {
	t.Helper()
	opened.Lock()
	defer opened.Unlock()
	if clients[path] == nil {
		plugin, err := pjrt.Open(path)
		require.NoError(t, err)
		clients[path], err = plugin.NewClient()
		require.NoError(t, err)
	}
	return clients[path]
}

// task compiles p for the XLA CPU plugin and uploads two sets of operands.
func task(t testing.TB, c *pjrt.Client, p stablehlo.Program) *pjrt.Task {
	t.Helper()
	e, err := c.Compile(p.Text, c.Devices[0], nil)
	require.NoError(t, err, "%s", p.Text)
	n := 1
	for _, s := range p.OutputShape {
		n *= s
	}
	made, err := pjrt.NewTask(pjrt.Job{Executable: e, Inputs: p.Inputs, Output: p.Output, OutputLen: n, Donated: p.Donated, Seed: seed, Sets: 2, InFlight: 1})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, made.Close()) })
	return made
}

// values are elements of the output for set 1, after set 0 was run and set 1 twice.
func values(t testing.TB, made *pjrt.Task, points []int64) []float64 {
	t.Helper()
	for _, set := range []int{0, 1, 1} {
		require.NoError(t, made.Launch(set))
	}
	require.NoError(t, made.Finish())
	got, err := made.Values(points)
	require.NoError(t, err)
	return got
}

func program(t testing.TB, w workloads.Workload) stablehlo.Program {
	t.Helper()
	p, err := stablehlo.Program{}, error(nil)
	switch w := w.(type) {
	case workloads.Matmul:
		p, err = stablehlo.Matmul(w)
	case workloads.Layer:
		p, err = stablehlo.Layer(w)
	}
	require.NoError(t, err)
	return p
}

// ratio is the error found over the error allowed, on a plugin.
func ratio(t testing.TB, path string, w workloads.Workload) float64 {
	t.Helper()
	checker := workloads.NewChecker(seed)
	points := checker.Points(w, 5)
	got := values(t, task(t, client(t, path), program(t, w)), points)
	r, err := checker.Ratio(w, 1, points, got)
	require.NoError(t, err)
	return r
}

func TestMatmulsOfEveryType(t *testing.T) {
	for _, d := range workloads.DTypes() {
		if d == workloads.INT32 {
			continue
		}
		for _, size := range [][3]int{{7, 5, 3}, {1, 130, 300}, {130, 1, 257}, {33, 65, 3000}} {
			m := workloads.Matmul{M: size[0], N: size[1], K: size[2], Type: d, Fill: workloads.Uniform}
			require.LessOrEqual(t, ratio(t, parts.XLACPU(t), m), 1.0, m.Name())
		}
	}
}

// A plugin of a year before takes the same text.
func TestOlderPlugin(t *testing.T) {
	for _, d := range workloads.DTypes() {
		if d == workloads.INT32 {
			continue
		}
		m := workloads.Matmul{M: 9, N: 17, K: 140, Type: d, Fill: workloads.Uniform}
		require.LessOrEqual(t, ratio(t, parts.XLACPUOld(t), m), 1.0, m.Name())
	}
	for _, l := range []workloads.Layer{decode(llamaLike, workloads.BF16), prefill(bertLike, workloads.FP32), prefill(gptLike, workloads.FP16)} {
		require.LessOrEqual(t, ratio(t, parts.XLACPUOld(t), l), 1.0, l.Name())
	}
}

// The shapes of the table at reduced size, in everything else as they are, and one
// that has what no model has together.
var (
	gptLike = workloads.Layer{Hidden: 48, Heads: 3, KVHeads: 3, HeadDim: 16, FFN: 100,
		Norm: workloads.LayerNormPre, Act: workloads.GELUTanh, Attention: workloads.Causal, Bias: true, Eps: 1e-5}
	bertLike = workloads.Layer{Hidden: 48, Heads: 4, KVHeads: 4, HeadDim: 12, FFN: 90,
		Norm: workloads.LayerNormPost, Act: workloads.GELUErf, Attention: workloads.Full, Bias: true, Eps: 1e-12}
	llamaLike = workloads.Layer{Hidden: 40, Heads: 6, KVHeads: 2, HeadDim: 10, FFN: 70,
		Norm: workloads.RMSNormPre, Act: workloads.SwiGLU, Attention: workloads.Causal, RopeTheta: 500000, Eps: 1e-5}
	mixed = workloads.Layer{Hidden: 33, Heads: 4, KVHeads: 1, HeadDim: 6, FFN: 37,
		Norm: workloads.LayerNormPost, Act: workloads.SwiGLU, Attention: workloads.Causal, Bias: true, RopeTheta: 100, Eps: 1e-5}
)

// prefill has more tokens than a stretch of the finer table of angles.
func prefill(l workloads.Layer, d workloads.DType) workloads.Layer {
	l.Model, l.Phase, l.Type, l.Batch, l.Tokens, l.Fill = workloads.Custom, workloads.Prefill, d, 2, 70, workloads.Uniform
	return l
}

func decode(l workloads.Layer, d workloads.DType) workloads.Layer {
	l = prefill(l, d)
	l.Phase, l.Tokens, l.Context = workloads.Decode, 1, 21
	return l
}

func with(l workloads.Layer, change func(*workloads.Layer)) workloads.Layer {
	change(&l)
	return l
}

func TestLayers(t *testing.T) {
	for _, d := range []workloads.DType{workloads.FP32, workloads.BF16} {
		for name, l := range map[string]workloads.Layer{
			"gpt2":            prefill(gptLike, d),
			"gpt2 decode":     decode(gptLike, d),
			"bert":            prefill(bertLike, d),
			"llama":           prefill(llamaLike, d),
			"llama decode":    decode(llamaLike, d),
			"mixed":           prefill(mixed, d),
			"mixed decode":    decode(mixed, d),
			"past":            with(prefill(llamaLike, d), func(l *workloads.Layer) { l.Tokens, l.Context = 35, 150 }),
			"one token":       with(prefill(gptLike, d), func(l *workloads.Layer) { l.Tokens, l.Batch = 1, 1 }),
			"one cache entry": with(decode(llamaLike, d), func(l *workloads.Layer) { l.Context = 1 }),
			"one sequence":    with(decode(gptLike, d), func(l *workloads.Layer) { l.Batch = 1 }),
			"normal fill":     with(prefill(bertLike, d), func(l *workloads.Layer) { l.Tokens, l.Fill = 20, workloads.Normal }),
			"far positions":   with(decode(llamaLike, d), func(l *workloads.Layer) { l.Context, l.RopeTheta = 3001, 20 }),
		} {
			t.Run(name+" "+string(d), func(t *testing.T) { requireRight(t, l) })
		}
	}
	for _, d := range []workloads.DType{workloads.TF32, workloads.FP16} {
		for _, l := range []workloads.Layer{decode(gptLike, d), prefill(bertLike, d), prefill(llamaLike, d), decode(mixed, d)} {
			t.Run(l.Name(), func(t *testing.T) { requireRight(t, l) })
		}
	}
}

// requireRight is tighter than the check for 16-bit types: their error is that of the
// stores alone, a quarter of what is allowed, unless something rounds in between.
func requireRight(t *testing.T, l workloads.Layer) {
	t.Helper()
	allowed := 1.0
	if l.Type == workloads.FP16 || l.Type == workloads.BF16 {
		allowed = 0.3
	}
	require.LessOrEqual(t, ratio(t, parts.XLACPU(t), l), allowed, l.Name())
}

func TestModelsOfTheTable(t *testing.T) {
	for _, m := range workloads.Models() {
		if m.Hidden > 1000 {
			continue // their reduced forms are in TestLayers
		}
		l := workloads.Layer{Model: m.Name, Phase: workloads.Prefill, Tokens: 3, Type: workloads.BF16}.WithDefaults()
		requireRight(t, l)
	}
}

// Decode must write its token's k and v into the last entry of the cache and nowhere
// else: a prefill of the same x over the other entries, then the whole cache, tells.
func TestDecodeReturnsTheCache(t *testing.T) {
	l := decode(llamaLike, workloads.FP32)
	p := program(t, l)
	require.Equal(t, []string{"k_cache", "v_cache"}, []string{p.Inputs[p.Donated[0]].Name, p.Inputs[p.Donated[1]].Name})
	for i, at := range p.Donated {
		// The program whose result 0 is a cache.
		q := p
		q.Text, q.Donated, q.OutputShape = resultOnly(p.Text, 1+i), nil, p.Inputs[at].Shape
		n := int64(p.Inputs[at].Len())
		points := make([]int64, n)
		for j := range points {
			points[j] = int64(j)
		}
		got := values(t, task(t, client(t, parts.XLACPU(t)), q), points)
		before := p.Inputs[at].Stored(seed, 1)
		var changed []int
		for j := range points {
			if got[j] != workloads.FromBytes(workloads.FP32, before, int64(j)) {
				changed = append(changed, j/l.HeadDim%l.Context)
			}
		}
		require.Equal(t, []int{l.Context - 1}, slices.Compact(slices.Sorted(slices.Values(changed))), "entries of %s that changed", p.Inputs[at].Name)
		require.Len(t, changed, l.Batch*l.KVHeads*l.HeadDim)
	}
}

// FuzzLayers compiles and checks small layers of random shape.
func FuzzLayers(f *testing.F) {
	for i := range uint64(6) {
		f.Add(i)
	}
	f.Fuzz(func(t *testing.T, n uint64) {
		l := randomLayer(rand.New(rand.NewPCG(n, 1)))
		if workloads.Validate(l) != nil {
			_, err := stablehlo.Layer(l)
			require.Error(t, err)
			return
		}
		require.LessOrEqual(t, ratio(t, parts.XLACPU(t), l), 1.0, l.Name())
	})
}

func randomLayer(r *rand.Rand) workloads.Layer {
	kv, group := 1+r.IntN(3), 1+r.IntN(3)
	l := workloads.Layer{
		Model: workloads.Custom, Phase: workloads.Prefill, Batch: 1 + r.IntN(3), Tokens: 1 + r.IntN(9), Context: r.IntN(2) * r.IntN(9),
		Hidden: 1 + r.IntN(40), Heads: kv * group, KVHeads: kv, HeadDim: 2 * (1 + r.IntN(6)), FFN: 1 + r.IntN(50),
		Norm:      pick(r, workloads.LayerNormPre, workloads.LayerNormPost, workloads.RMSNormPre),
		Act:       pick(r, workloads.GELUTanh, workloads.GELUErf, workloads.SwiGLU),
		Attention: pick(r, workloads.Causal, workloads.Full), Bias: r.IntN(2) == 0, RopeTheta: float64(r.IntN(2)) * 10000, Eps: 1e-5,
		Type: pick(r, workloads.FP32, workloads.TF32, workloads.FP16, workloads.BF16), Fill: workloads.Uniform,
	}
	if r.IntN(2) == 0 {
		l.Phase, l.Tokens = workloads.Decode, 1
	}
	return l
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }
