package asm

import (
	"strings"
	"testing"
)

// What GNU objdump 2.40 reads as "{vex} vpdpbusd %ymmB,%ymmA,%ymmC". All 4096 were
// compared once; these have every extension bit set and clear.
func TestVPDPBUSD256(t *testing.T) {
	for _, c := range []struct {
		b, a, c int
		want    string
	}{
		{0, 0, 0, "c4 e2 7d 50 c0"},
		{15, 15, 15, "c4 42 05 50 ff"},
		{9, 2, 4, "c4 c2 6d 50 e1"},
		{1, 2, 3, "c4 e2 6d 50 d9"},
		{2, 9, 12, "c4 62 35 50 e2"},
	} {
		code, _, _ := strings.Cut(VPDPBUSD256(c.b, c.a, c.c), " //")
		have := strings.NewReplacer("BYTE $0x", "", ";", "").Replace(code)
		if have != c.want {
			t.Errorf("VPDPBUSD256(%d, %d, %d) is %s, not %s", c.b, c.a, c.c, have, c.want)
		}
	}
}

// What GNU objdump 2.40 reads as "vcvtneps2bf16 %zmmB,%ymmC".
func TestVCVTNEPS2BF16(t *testing.T) {
	for _, c := range []struct {
		b, c int
		want string
	}{
		{0, 1, "62 f2 7e 48 72 c8"},
		{2, 3, "62 f2 7e 48 72 da"},
		{31, 30, "62 02 7e 48 72 f7"},
		{17, 12, "62 32 7e 48 72 e1"},
	} {
		code, _, _ := strings.Cut(VCVTNEPS2BF16(512, c.b, c.c), " //")
		have := strings.NewReplacer("BYTE $0x", "", ";", "").Replace(code)
		if have != c.want {
			t.Errorf("VCVTNEPS2BF16(%d, %d) is %s, not %s", c.b, c.c, have, c.want)
		}
	}
}
