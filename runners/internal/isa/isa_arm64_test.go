package isa

import (
	"slices"
	"testing"

	"github.com/klauspost/cpuid/v2"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestProcessorsOfARM(t *testing.T) {
	for _, c := range []struct {
		processor string
		has       []cpuid.FeatureID
		want      string
	}{
		{"Cortex-A72", nil, "neon"},
		{"Neoverse N1, Apple M1", []cpuid.FeatureID{cpuid.ASIMDDP}, "neon+vnni"},
		{"Neoverse V1", []cpuid.FeatureID{cpuid.ASIMDDP, cpuid.BF16, cpuid.I8MM}, "neon+bf16+vnni+i8mm"},
	} {
		has := func(ids ...cpuid.FeatureID) bool {
			return !slices.ContainsFunc(ids, func(id cpuid.FeatureID) bool { return !slices.Contains(c.has, id) })
		}
		sets := arm64(has)
		require.Len(t, sets, 1, c.processor)
		require.Equal(t, c.want, sets[0].String(), c.processor)
	}
}

// The words of the kernel say the same (arch/arm64/include/uapi/asm/hwcap.h).
func TestSetIsWhatHWCAPSays(t *testing.T) {
	words, err := unix.Auxv()
	if err != nil {
		return // macOS has no auxiliary vector
	}
	word := map[uintptr]uintptr{}
	for _, w := range words {
		word[w[0]] = w[1]
	}
	hwcap, hwcap2 := word[16], word[26] // AT_HWCAP, AT_HWCAP2
	want := Set{Name: NEON, VNNI: hwcap&(1<<20) != 0, I8MM: hwcap2&(1<<13) != 0, BF16: hwcap2&(1<<14) != 0}
	require.Equal(t, want, Available()[0])
	t.Log("this processor:", want)
}
