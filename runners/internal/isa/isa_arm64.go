package isa

import "github.com/klauspost/cpuid/v2"

// native asks the system: the bits of HWCAP and HWCAP2 on Linux, sysctl
// hw.optional.arm on macOS (package cpuid does both; where neither can be read
// nothing is there beyond the base).
func native() []Set { return arm64(cpuid.CPU.Supports) }

// arm64 takes the question as a function, so that older processors can be tested.
// Every arm64 has NEON.
func arm64(has func(...cpuid.FeatureID) bool) []Set {
	return []Set{{Name: NEON, BF16: has(cpuid.BF16), VNNI: has(cpuid.ASIMDDP), I8MM: has(cpuid.I8MM)}}
}
