package asm

import "fmt"

// VPDPBUSD256 is Yc += four unsigned bytes of Ya times four signed bytes of Yb in
// each lane, as AVX-VNNI has it: VEX.256.66.0F38.W0 50 /r (Intel SDM volume 2,
// VPDPBUSD). Go's assembler (1.26) knows the EVEX form alone, which needs
// AVX512_VNNI and AVX512VL. The comment is that form, so that a test can run the
// code around it where only AVX-512 is there.
func VPDPBUSD256(b, a, c int) string {
	return vex256(0x50, b, a, c) + fmt.Sprintf(" // VPDPBUSD Y%d, Y%d, Y%d", b, a, c)
}

// vex256 encodes an instruction of three ymm registers 0…15 in map 0F38 with prefix
// 66 and W 0: rm is the last operand of Intel's order, vvvv the middle one, reg the
// destination.
func vex256(opcode, rm, vvvv, reg int) string {
	p0 := 0x02 | 0x40 | (^reg&8)<<4 | (^rm&8)<<2
	p1 := (^vvvv&15)<<3 | 0x04 | 0x01
	return fmt.Sprintf("BYTE $0xc4; BYTE $0x%02x; BYTE $0x%02x; BYTE $0x%02x; BYTE $0x%02x", p0, p1, opcode, 0xc0|(reg&7)<<3|rm&7)
}
