package asm

import "fmt"

// VDPBF16PS is Zc += pairs of bf16 in Zb times pairs in Za, which Go's assembler
// does not know (1.26): EVEX.512.F3.0F38.W0 52 /r, registers only (Intel SDM
// volume 2, VDPBF16PS). bits is 512 or 256 (AVX512VL).
func VDPBF16PS(bits, b, a, c int) string {
	return evex(bits, 2, 2, 0x52, b, a, c) + fmt.Sprintf(" // VDPBF16PS %d, %d, %d", b, a, c)
}

// VCVTNEPS2BF16 is Yc = Zb in bf16, half as wide as bits (512), which Go's assembler
// does not know either: EVEX.512.F3.0F38.W0 72 /r (Intel SDM volume 2, VCVTNEPS2BF16).
func VCVTNEPS2BF16(bits, b, c int) string {
	return evex(bits, 2, 2, 0x72, b, 0, c) + fmt.Sprintf(" // VCVTNEPS2BF16 %d, %d", b, c)
}

// evex encodes an instruction of registers: rm is the last operand of Intel's
// order, vvvv the middle one, reg the destination. opcodeMap 2 is 0F38; prefix 1
// is 66, 2 is F3, 3 is F2. W is 0.
func evex(bits, opcodeMap, prefix, opcode, rm, vvvv, reg int) string {
	not := func(v, bit, set int) int {
		if v&bit == 0 {
			return set
		}
		return 0
	}
	length := map[int]int{128: 0x00, 256: 0x20, 512: 0x40}[bits]
	p0 := opcodeMap | not(reg, 8, 0x80) | not(rm, 16, 0x40) | not(rm, 8, 0x20) | not(reg, 16, 0x10)
	p1 := 0x04 | (^vvvv&15)<<3 | prefix
	p2 := length | not(vvvv, 16, 0x08)
	return fmt.Sprintf("BYTE $0x62; BYTE $0x%02x; BYTE $0x%02x; BYTE $0x%02x; BYTE $0x%02x; BYTE $0x%02x", p0, p1, p2, opcode, 0xc0|(reg&7)<<3|rm&7)
}
