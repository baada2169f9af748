package asm

import (
	"fmt"
	"strings"
)

// neon are the A64 vector instructions that Go's assembler does not know (1.26):
// the word with all registers and lanes 0 (Arm ARM DDI 0487, C7; the test holds
// words of GNU as). The arrangement is that of the destination.
var neon = map[string]uint32{
	// Products of matrices and dot products.
	"BFMMLA": 0x6e40ec00, "SMMLA": 0x4e80a400,

	// By an element of the last source.
	"FMLA.4S[]": 0x4f801000, "FMLA.2D[]": 0x4fc01000, "FMUL.4S[]": 0x4f809000,
	"SDOT[]": 0x4f80e000, "SMLAL.4S[]": 0x0f402000, "SMLAL2.4S[]": 0x4f402000,

	// Of fp32 and fp64.
	"FADD.4S": 0x4e20d400, "FADD.2D": 0x4e60d400, "FSUB.4S": 0x4ea0d400, "FMUL.4S": 0x6e20dc00,
	"FDIV.4S": 0x6e20fc00, "FMAXNM.4S": 0x4e20c400, "FMIN.4S": 0x4ea0f400, "FADDP.4S": 0x6e20d400,
	"FADDP.S": 0x7e30d800, "FMAXV.S": 0x6e30f800, "FNEG.4S": 0x6ea0f800,
	"FCVTNS.4S": 0x4e21a800, "SCVTF.4S": 0x4e21d800,
	"FCMGT.4S": 0x6ea0e400, "FCMEQ.4S": 0x4e20e400,

	// Narrower and wider.
	"SXTL.8H": 0x0f08a400, "SXTL2.8H": 0x4f08a400, "XTN.4H": 0x0e612800, "XTN.8B": 0x0e212800,
	"SHLL.4S": 0x2e613800, "FCVTN.4H": 0x0e216800, "FCVTL.4S": 0x0e217800,
}

// V encodes an instruction of vector registers. They are in the order of Go's
// assembler: sources from last to first, then the destination.
func V(op string, regs ...int) string {
	base, ok := neon[op]
	if !ok {
		panic("asm: no encoding of " + op)
	}
	d, n, m := regs[len(regs)-1], regs[len(regs)-2], 0
	if len(regs) == 3 {
		m = regs[0]
	}
	return fmt.Sprintf("WORD $0x%08x // %s %s", base|uint32(m<<16|n<<5|d), op, strings.Trim(fmt.Sprint(regs), "[]"))
}

// VLane encodes d = d op n m[lane]. m is at most 15 where the lanes are of 16 bits.
func VLane(op string, m, lane, n, d int) string {
	base, ok := neon[op+"[]"]
	if !ok {
		panic("asm: no encoding by element of " + op)
	}
	low, high := lane&1, lane>>1
	at := low<<21 | high<<11
	switch {
	case strings.HasPrefix(op, "SMLAL"):
		at = lane&1<<20 | lane>>1&1<<21 | lane>>2<<11
	case strings.HasSuffix(op, ".2D"):
		at = lane << 11
	}
	return fmt.Sprintf("WORD $0x%08x // %s %d[%d] %d %d", base|uint32(at|m<<16|n<<5|d), op, m, lane, n, d)
}
