package main

import "joulemark/runners/internal/asm"

// avx2 has 12 registers of sums and two each of a and b, which are 16 together.
func avx2() *asm.File {
	s := vectorSet{&asm.File{Package: "ceiling", Name: "avx2_amd64"}, "avx2", "Y", 32, 12, "VMOVDQU", "VPXOR"}
	s.peak("FP64", "avx2FP64 does steps of fp64 multiply-adds on 6 vectors (of 64 bytes) of sums.", s.op("VFMADD231PD"))
	s.peak("FP32", "avx2FP32 does the same in fp32.", s.op("VFMADD231PS"))
	s.peak("INT8", "avx2INT8 adds four products a step, of unsigned bytes of a and signed ones of b, to sums of int32; it needs AVX-VNNI.", asm.VPDPBUSD256)
	s.streams()
	return s.File
}
