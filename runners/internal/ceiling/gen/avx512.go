package main

import (
	"fmt"

	"joulemark/runners/internal/asm"
)

// avx512 has 24 registers of sums, one of a and one of b.
func avx512() *asm.File {
	s := vectorSet{&asm.File{Package: "ceiling", Name: "avx512_amd64"}, "avx512", "Z", 64, 24, "VMOVDQU64", "VPXORQ"}
	s.peak("FP64", "avx512FP64 does steps of fp64 multiply-adds on 24 vectors of sums.", s.op("VFMADD231PD"))
	s.peak("FP32", "avx512FP32 does the same in fp32.", s.op("VFMADD231PS"))
	s.peak("BF16", "avx512BF16 adds two products of bf16 a step to sums of fp32; it needs AVX512_BF16.", func(b, a, c int) string { return asm.VDPBF16PS(512, b, a, c) })
	s.peak("INT8", "avx512INT8 adds four products a step, of unsigned bytes of a and signed ones of b, to sums of int32; it needs AVX512_VNNI.", s.op("VPDPBUSD"))
	s.streams()
	return s.File
}

// op is an instruction that the assembler knows.
func (s vectorSet) op(name string) op {
	return func(b, a, c int) string { return fmt.Sprintf("%s %s, %s, %s", name, s.r(b), s.r(a), s.r(c)) }
}
