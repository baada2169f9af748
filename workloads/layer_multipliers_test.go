package workloads

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// The rounded lane of tf32 is the textbook with multipliers that round everything
// but attention weights, to a fraction of what rounding does.
func TestLayerReferenceOfTF32(t *testing.T) {
	for name, l := range layerCases(TF32) {
		t.Run(name, func(t *testing.T) {
			tokens := l.checkedTokens()
			got := newReference(l, 5, 3, 0, tokens).rows()
			want := naive[float64]{l, 5, 3, rounded(FP32), cheat{unit: rounded(TF32), wideWeights: true}}.output()
			for i, token := range tokens {
				exact, lane := got.both(i)[0], got.both(i)[1]
				apart := rmsDifference(lane, want[token*l.Hidden:(token+1)*l.Hidden])
				require.Less(t, apart, rmsDifference(lane, exact)/20, "token %d", token)
			}
		})
	}
}

// Multipliers of TF32 take operands of ten stored bits, rounded or cut off, of
// activations, keys, values and attention weights too.
func TestTF32MultipliersPass(t *testing.T) {
	for name, l := range layerCases(TF32) {
		for what, unit := range map[string]func(float64) float64{"rounding": rounded(TF32), "truncating": truncated(19)} {
			t.Run(name+" "+what, func(t *testing.T) {
				ratio := ratioOf(t, l, 11, 1, honest(l, 11, 1, cheat{unit: unit}))
				t.Logf("ratio %.3g", ratio)
				require.Less(t, ratio, 0.85)
			})
		}
	}
}

// In the types of ten and more stored bits, multipliers of bf16 are found.
func TestBF16MultipliersFail(t *testing.T) {
	for _, d := range []DType{FP32, TF32, FP16} {
		for name, l := range layerCases(d) {
			for what, unit := range map[string]func(float64) float64{"rounding": rounded(BF16), "truncating": truncated(16)} {
				t.Run(fmt.Sprint(d, " ", name, " ", what), func(t *testing.T) {
					ratio := ratioOf(t, l, 11, 1, honest(l, 11, 1, cheat{unit: unit}))
					t.Logf("ratio %.3g", ratio)
					require.Greater(t, ratio, 1.0)
				})
			}
			t.Run(fmt.Sprint(d, " ", name, " stores"), func(t *testing.T) {
				n := honest(l, 11, 1, cheat{})
				n.store = rounded(BF16)
				require.Greater(t, ratioOf(t, l, 11, 1, n), 1.0)
			})
		}
	}
}
