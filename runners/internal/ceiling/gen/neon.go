package main

import "joulemark/runners/internal/asm"

// neon has 24 registers of sums and four each of a and b, which are 32 together.
func neon() *asm.File {
	f := &asm.File{Package: "ceiling", Name: "neon_arm64"}
	neonPeak(f, "neonFP64", "neonFP64 does steps of fp64 multiply-adds on 6 vectors (of 64 bytes) of sums.", "D2")
	neonPeak(f, "neonFP32", "neonFP32 does the same in fp32.", "S4")
	return f
}

func neonPeak(f *asm.File, name, comment, lanes string) {
	const sums = 24
	f.Func(name, comment, asm.Args("sums unsafe.Pointer", "start unsafe.Pointer", "a unsafe.Pointer", "b unsafe.Pointer", "steps int"), "")
	for i, arg := range []string{"sums", "start", "a", "b", "steps"} {
		f.P("MOVD %s, R%d", f.Arg(arg), i)
	}
	four := func(first int) string {
		return "[V" + itoa(first) + ".B16, V" + itoa(first+1) + ".B16, V" + itoa(first+2) + ".B16, V" + itoa(first+3) + ".B16]"
	}
	f.P("VLD1 (R2), %s", four(sums))
	f.P("VLD1 (R3), %s", four(sums+4))
	for i := 0; i < sums; i += 4 {
		f.P("VLD1.P 64(R1), %s", four(i))
	}
	f.Label("step")
	for i := range sums {
		f.P("VFMLA V%d.%s, V%d.%s, V%d.%s", sums+4+i%4, lanes, sums+i%4, lanes, i, lanes)
	}
	f.P("SUBS $1, R4")
	f.P("BNE step")
	for i := 0; i < sums; i += 4 {
		f.P("VST1.P %s, 64(R0)", four(i))
	}
	f.P("RET")
}
