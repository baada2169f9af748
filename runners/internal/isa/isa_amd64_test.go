package isa

import (
	"slices"
	"testing"

	"github.com/klauspost/cpuid/v2"
	"github.com/stretchr/testify/require"
)

// Processors, and what hypervisors and kernels leave of them. Without the system's
// support package cpuid reports nothing that needs the wide registers.
func TestMaskedProcessors(t *testing.T) {
	base := []cpuid.FeatureID{cpuid.AVX2, cpuid.FMA3, cpuid.F16C}
	wide := append(slices.Clone(base), cpuid.AVX512F, cpuid.AVX512BW, cpuid.AVX512DQ, cpuid.AVX512VL, cpuid.BMI2)
	all := append(slices.Clone(wide), cpuid.AVX512BF16, cpuid.AVX512VNNI, cpuid.AVXVNNI)
	without := func(from []cpuid.FeatureID, ids ...cpuid.FeatureID) []cpuid.FeatureID {
		return slices.DeleteFunc(slices.Clone(from), func(id cpuid.FeatureID) bool { return slices.Contains(ids, id) })
	}
	for what, c := range map[string]struct {
		has  []cpuid.FeatureID
		want []string
	}{
		"everything":                 {all, []string{"avx512+bf16+vnni", "avx2+vnni"}},
		"Skylake server":             {wide, []string{"avx512", "avx2"}},
		"Cascade Lake":               {append(slices.Clone(wide), cpuid.AVX512VNNI), []string{"avx512+vnni", "avx2"}},
		"Haswell":                    {base, []string{"avx2"}},
		"Alder Lake":                 {append(slices.Clone(base), cpuid.AVXVNNI), []string{"avx2+vnni"}},
		"AVX-512 without BW":         {without(all, cpuid.AVX512BW), []string{"avx2+vnni"}},
		"AVX-512 without DQ":         {without(all, cpuid.AVX512DQ), []string{"avx2+vnni"}},
		"AVX-512 without VL":         {without(wide, cpuid.AVX512VL), []string{"avx2"}},
		"AVX-512 without BMI2":       {without(wide, cpuid.BMI2), []string{"avx2"}},
		"AVX-512 F masked":           {without(wide, cpuid.AVX512F), []string{"avx2"}},
		"AVX-512 without AVX2":       {without(all, cpuid.AVX2), nil},
		"AVX2 without FMA":           {without(base, cpuid.FMA3), nil},
		"AVX2 without F16C":          {without(base, cpuid.F16C), nil},
		"the system saves no YMM":    {[]cpuid.FeatureID{cpuid.FMA3, cpuid.F16C, cpuid.SSE42}, nil},
		"nothing but the base of 64": {nil, nil},
	} {
		var got []string
		for _, s := range amd64(func(ids ...cpuid.FeatureID) bool {
			return !slices.ContainsFunc(ids, func(id cpuid.FeatureID) bool { return !slices.Contains(c.has, id) })
		}) {
			got = append(got, s.String())
		}
		require.Equal(t, c.want, got, what)
	}
}
