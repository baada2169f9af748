package workloads

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// int8Cases are wide enough for the bound to be near its limit of long rows.
func int8Cases() map[string]Layer {
	cases := map[string]Layer{}
	for _, model := range []string{"gpt2-small", "bert-base", "llama3-8b"} {
		cases[model+" prefill"] = reduced(model, INT8, Prefill, 24, 0)
		if model != "bert-base" {
			cases[model+" decode"] = reduced(model, INT8, Decode, 1, 33)
		}
	}
	for name, l := range cases {
		l.Batch, l.Hidden, l.Heads, l.HeadDim, l.FFN = 1, 384, 12, 32, 1024
		l.KVHeads = 12
		if l.Act == SwiGLU {
			l.KVHeads = 4
		}
		cases[name] = l
	}
	return cases
}

// The exact lane against the definition without its rounding, the rounded lane
// against the definition: what is apart there is few numbers that fell to the other
// side of a tie.
func TestLayerReferenceOfInt8(t *testing.T) {
	for _, f := range []Fill{Uniform, Normal, Integers, Zeros} {
		for name, l := range layerCases(INT8) {
			l.Fill = f
			t.Run(fmt.Sprint(name, " ", f), func(t *testing.T) {
				tokens := l.checkedTokens()
				got := newReference(l, 5, 3, 1, tokens).rows()
				whole := naive[float64]{l, 5, 3, func(x float64) float64 { return x }, cheat{int8: int8Cheat{exactRows: true}}}.output()
				stored := naive[float64]{l, 5, 3, rounded(BF16), cheat{}}.output()
				for i, token := range tokens {
					from, exact, lane := (l.Tokens+token)*l.Hidden, got.both(i)[0], got.both(i)[1]
					require.InDeltaSlice(t, whole[from:from+l.Hidden], exact, 1e-11)
					apart := rmsDifference(stored[from:from+l.Hidden], lane)
					require.LessOrEqual(t, apart, rmsDifference(lane, exact)/2, "token %d", token)
				}
			})
		}
	}
}

// Rows may be quantised before or after they are rounded to bf16, by a quotient or by
// the product with the reciprocal.
func TestHonestInt8LayersPass(t *testing.T) {
	variants := map[string]int8Cheat{"as stored": {}, "before the store": {early: true}, "times the reciprocal": {reciprocal: true}}
	for _, f := range []Fill{Uniform, Normal, Integers, Zeros} {
		for _, cases := range []map[string]Layer{layerCases(INT8), int8Cases()} {
			for name, l := range cases {
				l.Fill = f
				for what, c := range variants {
					t.Run(fmt.Sprint(name, " ", l.Hidden, " ", f, " ", what), func(t *testing.T) {
						ratio := ratioOf(t, l, 11, 1, honest(l, 11, 1, cheat{int8: c}))
						t.Logf("ratio %.3g", ratio)
						require.LessOrEqual(t, ratio, 0.85)
						require.True(t, f != Zeros || ratio == 0)
					})
				}
			}
		}
	}
}

// What is narrower by one bit is found in every model and phase, and so is a scale in
// the wrong place.
func TestWrongInt8LayersFail(t *testing.T) {
	for _, c := range []struct {
		name  string
		cheat int8Cheat
	}{
		{"activations of 7 bits", int8Cheat{levels: 63}},
		{"activations of 6 bits", int8Cheat{levels: 31}},
		{"activations cut off", int8Cheat{truncate: true}},
		{"weights of 6 bits", int8Cheat{weightSteps: 4}},
		{"weights of 5 bits", int8Cheat{weightSteps: 8}},
		{"no scales of columns", int8Cheat{noScales: true}},
		{"scales of the next column", int8Cheat{column: 1}},
		{"scales of the next column in wqkv", int8Cheat{column: 1, only: "wqkv"}},
		{"scales of the next column in wo", int8Cheat{column: 1, only: "wo"}},
		{"scales of the next column in wup", int8Cheat{column: 1, only: "wup"}},
		{"scales of the next column in wdown", int8Cheat{column: 1, only: "wdown"}},
	} {
		for name, l := range int8Cases() {
			t.Run(fmt.Sprint(c.name, ", ", name), func(t *testing.T) {
				ratio := ratioOf(t, l, 11, 1, honest(l, 11, 1, cheat{int8: c.cheat}))
				t.Logf("ratio %.3g", ratio)
				require.Greater(t, ratio, 1.0)
			})
		}
	}
}

// One scale for all rows is found where rows differ: the largest number of many rows
// is far above that of most.
func TestOneScaleForAllRowsFails(t *testing.T) {
	for _, model := range []string{"gpt2-small", "llama3-8b"} {
		l := with(int8Cases()[model+" prefill"], func(l *Layer) { l.Tokens, l.Hidden, l.Heads, l.KVHeads, l.HeadDim, l.FFN = 64, 768, 12, 12, 64, 2048 })
		require.Greater(t, ratioOf(t, l, 11, 1, honest(l, 11, 1, cheat{int8: int8Cheat{whole: true}})), 1.0, model)
	}
}
