package vector

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/isa"
	"joulemark/workloads"
)

// numbers reads fp32 of any bits.
func numbers(data []byte) []float32 {
	var x []float32
	for ; len(data) >= 4; data = data[4:] {
		x = append(x, math.Float32frombits(binary.LittleEndian.Uint32(data)))
	}
	return x
}

func seeds(f *testing.F) {
	f.Add([]byte{})
	f.Add(slices.Repeat([]byte{0, 0, 0x80, 0x7f, 1, 0, 0x80, 0xff, 0, 0x80, 0x80, 0x3f, 1, 0, 0, 0, 0, 0, 0, 0x80}, 7))
}

// narrowing are the sets, and what they are without instructions for bf16.
func narrowing() (list []isa.Set) {
	for _, s := range isa.Available() {
		list = append(list, s)
		if s.BF16 {
			s.BF16 = false
			list = append(list, s)
		}
	}
	return list
}

// FuzzBF16: every set rounds to the same bits.
func FuzzBF16(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		x := numbers(data)
		for _, s := range narrowing() {
			dst, rounded := make([]uint16, len(x)), slices.Clone(x)
			For(s).ToBF16(dst, x)
			For(s).RoundBF16(rounded)
			for i, v := range x {
				require.Equal(t, workloads.BF16Bits(v), dst[i], s.Name)
				require.Equal(t, uint32(dst[i])<<16, math.Float32bits(rounded[i]), s.Name)
			}
		}
	})
}

// FuzzFP16: every set rounds to the same bits; NaN stays NaN, with any payload.
func FuzzFP16(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		x := numbers(data)
		for _, s := range isa.Available() {
			dst, rounded, back := make([]uint16, len(x)), slices.Clone(x), make([]float32, len(x))
			For(s).ToFP16(dst, x)
			For(s).FromFP16(back, dst)
			For(s).RoundFP16(rounded)
			for i, v := range x {
				if v != v {
					require.True(t, back[i] != back[i] && rounded[i] != rounded[i], s.Name)
					continue
				}
				require.Equal(t, workloads.FP16Bits(v), dst[i], "%s: %g", s.Name, v)
				require.Equal(t, math.Float32bits(workloads.FP16Float(dst[i])), math.Float32bits(back[i]), s.Name)
				require.Equal(t, math.Float32bits(back[i]), math.Float32bits(rounded[i]), s.Name)
			}
		}
	})
}

// FuzzSoftmax: a row of any numbers gives weights between 0 and 1 that are as plain Go
// has them, and NaN stays.
func FuzzSoftmax(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		x := numbers(data)
		top := tables[isa.Portable].Max(x)
		want := slices.Clone(x)
		tables[isa.Portable].ExpSum(want, 1, top)
		for _, s := range isa.Available() {
			require.Equal(t, top, For(s).Max(x), s.Name)
			got := slices.Clone(x)
			For(s).ExpSum(got, 1, top)
			for i, w := range want {
				if w != w {
					require.True(t, got[i] != got[i], s.Name)
					continue
				}
				// The difference is rounded as fp32 alone in some sets, at the bound too.
				require.InDelta(t, w, got[i], max(1.7e-38, float64(w)*1e-5), "%s: %g less %g", s.Name, x[i], top)
			}
		}
	})
}
