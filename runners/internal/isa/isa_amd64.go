package isa

import "github.com/klauspost/cpuid/v2"

// native asks CPUID, and XGETBV for what the system saves (package cpuid does
// both).
func native() []Set { return amd64(cpuid.CPU.Supports) }

// amd64 takes the question as a function, so that a hypervisor's masking can be
// tested.
func amd64(has func(...cpuid.FeatureID) bool) []Set {
	var sets []Set
	if !has(cpuid.AVX2, cpuid.FMA3, cpuid.F16C) {
		return nil
	}
	// BMI2 is for BZHI, which makes the masks of edges.
	if has(cpuid.AVX512F, cpuid.AVX512BW, cpuid.AVX512DQ, cpuid.AVX512VL, cpuid.BMI2) {
		sets = append(sets, Set{Name: AVX512, BF16: has(cpuid.AVX512BF16), VNNI: has(cpuid.AVX512VNNI)})
	}
	return append(sets, Set{Name: AVX2, VNNI: has(cpuid.AVXVNNI)})
}
