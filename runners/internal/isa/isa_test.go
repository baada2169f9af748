package isa

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestChoose(t *testing.T) {
	sets := []Set{{Name: AVX512, BF16: true, VNNI: true}, {Name: AVX2}, {Name: Portable}}
	for name, want := range map[string]string{"": "avx512+bf16+vnni", "avx512": "avx512+bf16+vnni", "avx512+bf16+vnni": "avx512+bf16+vnni", "avx2": "avx2", "portable": "portable"} {
		got, err := choose(name, sets)
		require.NoError(t, err)
		require.Equal(t, want, got.String(), name)
	}
	for _, name := range []string{"avx512", "avx512+bf16+vnni", "neon", "AVX2", "sse"} {
		_, err := choose(name, sets[1:])
		require.EqualError(t, err, `this processor has no instruction set "`+name+`": use avx2, portable, or leave it out`)
	}
}

// Whatever the machine, there is something to compute with.
func TestAvailable(t *testing.T) {
	sets := Available()
	require.Equal(t, Set{Name: Portable}, sets[len(sets)-1])
	best, err := Choose("")
	require.NoError(t, err)
	require.Equal(t, sets[0], best)
}
