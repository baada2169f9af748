package machine

// march is the microarchitecture of a processor, or "" where the table does not
// know it. Families and models: Linux arch/x86/include/asm/intel-family.h and
// arch/x86/kernel/cpu/amd.c; Arm part numbers: arch/arm64/include/asm/cputype.h.
func march(vendor string, family, model int) string {
	switch vendor {
	case "AuthenticAMD", "HygonGenuine":
		return amdMarch(family, model)
	case "GenuineIntel":
		return intelMarch(family, model)
	case "0x41":
		return armMarch[model]
	}
	return ""
}

var armMarch = map[int]string{0xd0c: "Neoverse N1", 0xd40: "Neoverse V1", 0xd49: "Neoverse N2", 0xd4f: "Neoverse V2", 0xd84: "Neoverse V3",
	0xd03: "Cortex-A53", 0xd08: "Cortex-A72", 0xd0b: "Cortex-A76"}

// amdMarch follows init_amd_zen* of the kernel: ranges of models of one family.
func amdMarch(family, model int) string {
	in := func(lo, hi int) bool { return model >= lo && model <= hi }
	switch family {
	case 0x17:
		if in(0x00, 0x2f) || in(0x50, 0x5f) {
			return "Zen"
		}
		return "Zen 2"
	case 0x19:
		if in(0x00, 0x0f) || in(0x20, 0x5f) {
			return "Zen 3"
		}
		return "Zen 4"
	case 0x1a:
		if in(0x50, 0x5f) || in(0x80, 0xaf) || in(0xc0, 0xcf) {
			return "Zen 6"
		}
		return "Zen 5"
	}
	return ""
}

var intelMarchs = map[int]string{
	0x3c: "Haswell", 0x3f: "Haswell", 0x45: "Haswell", 0x46: "Haswell", 0x3d: "Broadwell", 0x47: "Broadwell", 0x4f: "Broadwell", 0x56: "Broadwell",
	0x4e: "Skylake", 0x5e: "Skylake", 0x55: "Skylake-SP", 0x8e: "Kaby Lake", 0x9e: "Kaby Lake", 0xa5: "Comet Lake", 0xa6: "Comet Lake",
	0x7d: "Ice Lake", 0x7e: "Ice Lake", 0x6a: "Ice Lake-SP", 0x6c: "Ice Lake-D", 0x8c: "Tiger Lake", 0x8d: "Tiger Lake", 0xa7: "Rocket Lake",
	0x97: "Alder Lake", 0x9a: "Alder Lake", 0xbe: "Alder Lake-N", 0xb7: "Raptor Lake", 0xba: "Raptor Lake", 0xbf: "Raptor Lake",
	0x8f: "Sapphire Rapids", 0xcf: "Emerald Rapids", 0xad: "Granite Rapids", 0xae: "Granite Rapids", 0xaf: "Sierra Forest",
	0xaa: "Meteor Lake", 0xac: "Meteor Lake", 0xbd: "Lunar Lake", 0xc5: "Arrow Lake", 0xc6: "Arrow Lake",
}

func intelMarch(family, model int) string {
	if family != 6 {
		return ""
	}
	return intelMarchs[model]
}
