package asm

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The words are those of GNU as 2.40 (-march=armv8.6-a+bf16+i8mm) for the
// instructions beside them.
func TestNEONWordsAreThoseOfGNUAs(t *testing.T) {
	tested := map[string]bool{}
	for _, c := range []struct {
		have string
		want uint32
		gnu  string
	}{
		{V("BFMMLA", 20, 9, 24), 0x6e54ed38, "bfmmla v24.4s, v9.8h, v20.8h"},
		{V("BFMMLA", 12, 26, 23), 0x6e4cef57, "bfmmla v23.4s, v26.8h, v12.8h"},
		{V("SMMLA", 31, 27, 24), 0x4e9fa778, "smmla v24.4s, v27.16b, v31.16b"},
		{V("SMMLA", 21, 30, 17), 0x4e95a7d1, "smmla v17.4s, v30.16b, v21.16b"},
		{VLane("FMLA.4S", 21, 0, 2, 29), 0x4f95105d, "fmla v29.4s, v2.4s, v21.s[0]"},
		{VLane("FMUL.4S", 6, 0, 4, 12), 0x4f86908c, "fmul v12.4s, v4.4s, v6.s[0]"},
		{VLane("SDOT", 16, 0, 28, 8), 0x4f90e388, "sdot v8.4s, v28.16b, v16.4b[0]"},
		{VLane("FMLA.4S", 13, 1, 18, 4), 0x4fad1244, "fmla v4.4s, v18.4s, v13.s[1]"},
		{VLane("FMUL.4S", 19, 1, 8, 1), 0x4fb39101, "fmul v1.4s, v8.4s, v19.s[1]"},
		{VLane("SDOT", 24, 1, 7, 14), 0x4fb8e0ee, "sdot v14.4s, v7.16b, v24.4b[1]"},
		{VLane("FMLA.4S", 9, 2, 6, 30), 0x4f8918de, "fmla v30.4s, v6.4s, v9.s[2]"},
		{VLane("FMUL.4S", 28, 2, 25, 13), 0x4f9c9b2d, "fmul v13.4s, v25.4s, v28.s[2]"},
		{VLane("SDOT", 6, 2, 25, 26), 0x4f86eb3a, "sdot v26.4s, v25.16b, v6.4b[2]"},
		{VLane("FMLA.4S", 3, 3, 5, 20), 0x4fa318b4, "fmla v20.4s, v5.4s, v3.s[3]"},
		{VLane("FMUL.4S", 20, 3, 15, 5), 0x4fb499e5, "fmul v5.4s, v15.4s, v20.s[3]"},
		{VLane("SDOT", 5, 3, 1, 28), 0x4fa5e83c, "sdot v28.4s, v1.16b, v5.4b[3]"},
		{VLane("FMLA.2D", 1, 0, 7, 25), 0x4fc110f9, "fmla v25.2d, v7.2d, v1.d[0]"},
		{VLane("FMLA.2D", 7, 1, 31, 6), 0x4fc71be6, "fmla v6.2d, v31.2d, v7.d[1]"},
		{VLane("SMLAL.4S", 14, 0, 6, 10), 0x0f4e20ca, "smlal v10.4s, v6.4h, v14.h[0]"},
		{VLane("SMLAL2.4S", 6, 0, 31, 7), 0x4f4623e7, "smlal2 v7.4s, v31.8h, v6.h[0]"},
		{VLane("SMLAL.4S", 9, 1, 29, 22), 0x0f5923b6, "smlal v22.4s, v29.4h, v9.h[1]"},
		{VLane("SMLAL2.4S", 11, 1, 7, 6), 0x4f5b20e6, "smlal2 v6.4s, v7.8h, v11.h[1]"},
		{VLane("SMLAL.4S", 12, 2, 7, 31), 0x0f6c20ff, "smlal v31.4s, v7.4h, v12.h[2]"},
		{VLane("SMLAL2.4S", 15, 2, 13, 10), 0x4f6f21aa, "smlal2 v10.4s, v13.8h, v15.h[2]"},
		{VLane("SMLAL.4S", 1, 3, 12, 14), 0x0f71218e, "smlal v14.4s, v12.4h, v1.h[3]"},
		{VLane("SMLAL2.4S", 3, 3, 30, 5), 0x4f7323c5, "smlal2 v5.4s, v30.8h, v3.h[3]"},
		{VLane("SMLAL.4S", 5, 4, 3, 11), 0x0f45286b, "smlal v11.4s, v3.4h, v5.h[4]"},
		{VLane("SMLAL2.4S", 5, 4, 27, 20), 0x4f452b74, "smlal2 v20.4s, v27.8h, v5.h[4]"},
		{VLane("SMLAL.4S", 10, 5, 1, 20), 0x0f5a2834, "smlal v20.4s, v1.4h, v10.h[5]"},
		{VLane("SMLAL2.4S", 11, 5, 23, 11), 0x4f5b2aeb, "smlal2 v11.4s, v23.8h, v11.h[5]"},
		{VLane("SMLAL.4S", 2, 6, 10, 12), 0x0f62294c, "smlal v12.4s, v10.4h, v2.h[6]"},
		{VLane("SMLAL2.4S", 14, 6, 10, 16), 0x4f6e2950, "smlal2 v16.4s, v10.8h, v14.h[6]"},
		{VLane("SMLAL.4S", 12, 7, 11, 6), 0x0f7c2966, "smlal v6.4s, v11.4h, v12.h[7]"},
		{VLane("SMLAL2.4S", 8, 7, 16, 23), 0x4f782a17, "smlal2 v23.4s, v16.8h, v8.h[7]"},
		{V("FADD.4S", 6, 2, 9), 0x4e26d449, "fadd v9.4s, v2.4s, v6.4s"},
		{V("FADD.4S", 31, 1, 31), 0x4e3fd43f, "fadd v31.4s, v1.4s, v31.4s"},
		{V("FSUB.4S", 24, 12, 28), 0x4eb8d59c, "fsub v28.4s, v12.4s, v24.4s"},
		{V("FSUB.4S", 13, 1, 18), 0x4eadd432, "fsub v18.4s, v1.4s, v13.4s"},
		{V("FMUL.4S", 26, 14, 12), 0x6e3addcc, "fmul v12.4s, v14.4s, v26.4s"},
		{V("FMUL.4S", 13, 19, 27), 0x6e2dde7b, "fmul v27.4s, v19.4s, v13.4s"},
		{V("FDIV.4S", 1, 15, 2), 0x6e21fde2, "fdiv v2.4s, v15.4s, v1.4s"},
		{V("FDIV.4S", 23, 6, 20), 0x6e37fcd4, "fdiv v20.4s, v6.4s, v23.4s"},
		{V("FMIN.4S", 30, 27, 31), 0x4ebef77f, "fmin v31.4s, v27.4s, v30.4s"},
		{V("FMIN.4S", 15, 12, 17), 0x4eaff591, "fmin v17.4s, v12.4s, v15.4s"},
		{V("FADDP.4S", 12, 29, 17), 0x6e2cd7b1, "faddp v17.4s, v29.4s, v12.4s"},
		{V("FADDP.4S", 9, 25, 15), 0x6e29d72f, "faddp v15.4s, v25.4s, v9.4s"},
		{V("FCMGT.4S", 28, 10, 2), 0x6ebce542, "fcmgt v2.4s, v10.4s, v28.4s"},
		{V("FCMGT.4S", 14, 31, 3), 0x6eaee7e3, "fcmgt v3.4s, v31.4s, v14.4s"},
		{V("FCMEQ.4S", 7, 11, 17), 0x4e27e571, "fcmeq v17.4s, v11.4s, v7.4s"},
		{V("FCMEQ.4S", 20, 12, 30), 0x4e34e59e, "fcmeq v30.4s, v12.4s, v20.4s"},
		{V("FADD.2D", 26, 3, 21), 0x4e7ad475, "fadd v21.2d, v3.2d, v26.2d"},
		{V("FADD.2D", 5, 24, 23), 0x4e65d717, "fadd v23.2d, v24.2d, v5.2d"},
		{V("FADDP.S", 10, 16), 0x7e30d950, "faddp s16, v10.2s"},
		{V("FMAXV.S", 6, 24), 0x6e30f8d8, "fmaxv s24, v6.4s"},
		{V("FNEG.4S", 20, 18), 0x6ea0fa92, "fneg v18.4s, v20.4s"},
		{V("FCVTNS.4S", 2, 8), 0x4e21a848, "fcvtns v8.4s, v2.4s"},
		{V("SCVTF.4S", 24, 20), 0x4e21db14, "scvtf v20.4s, v24.4s"},
		{V("SXTL.8H", 12, 27), 0x0f08a59b, "sxtl v27.8h, v12.8b"},
		{V("SXTL2.8H", 9, 15), 0x4f08a52f, "sxtl2 v15.8h, v9.16b"},
		{V("XTN.4H", 21, 14), 0x0e612aae, "xtn v14.4h, v21.4s"},
		{V("XTN.8B", 5, 2), 0x0e2128a2, "xtn v2.8b, v5.8h"},
		{V("SHLL.4S", 30, 21), 0x2e613bd5, "shll v21.4s, v30.4h, #16"},
		{V("FCVTN.4H", 21, 14), 0x0e216aae, "fcvtn v14.4h, v21.4s"},
		{V("FCVTL.4S", 9, 20), 0x0e217934, "fcvtl v20.4s, v9.4h"},
		{V("FMAXNM.4S", 5, 22, 13), 0x4e25c6cd, "fmaxnm v13.4s, v22.4s, v5.4s"},
	} {
		word, comment, _ := strings.Cut(c.have, " // ")
		require.Equal(t, fmt.Sprintf("WORD $0x%08x", c.want), word, c.gnu)
		op, regs, _ := strings.Cut(comment, " ")
		if strings.Contains(regs, "[") {
			op += "[]"
		}
		tested[op] = true
	}
	for op := range neon {
		require.True(t, tested[op], "no word of the assembler for %s", op)
	}
}

func TestUnknownInstructionsAreRefused(t *testing.T) {
	require.Panics(t, func() { V("FROB.4S", 1, 2, 3) })
	require.Panics(t, func() { VLane("FADD.4S", 1, 0, 2, 3) })
}
