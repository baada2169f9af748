package main

import (
	"strconv"

	"joulemark/runners/internal/asm"
)

func itoa(i int) string { return strconv.Itoa(i) }

// streams are the loops over arrays, 512 bytes at once. n is the bytes of an array, a
// multiple of 512.
func (s vectorSet) streams() {
	s.read()
	for _, stores := range []struct{ suffix, move, say string }{
		{"", "VMOVUPS", ""},
		{"Past", "VMOVNTPS", " Its stores go round the caches, and are seen by all when it returns."},
	} {
		s.store("Copy"+stores.suffix, "%s copies a to c, passes times."+stores.say, stores.move, false)
		s.store("Triad"+stores.suffix, "%s makes c = a + 3 b, passes times."+stores.say, stores.move, true)
	}
}

// begin prints what all loops begin with: every array's end, and a negative index that
// counts up to it, so that one addition moves all of them.
func (s vectorSet) begin(arrays []string, registers map[string]string) {
	s.P("MOVQ %s, CX", s.Arg("n"))
	s.P("MOVQ %s, R8", s.Arg("passes"))
	for _, a := range arrays {
		s.P("MOVQ %s, %s", s.Arg(a), registers[a])
		s.P("ADDQ CX, %s", registers[a])
	}
	s.P("NEGQ CX")
}

// loops prints the pass and, in it, the loop around body.
func (s vectorSet) loops(body func()) {
	s.Label("pass")
	s.P("MOVQ CX, DX")
	s.P("PCALIGN $32")
	s.Label("next")
	body()
	s.P("ADDQ $512, DX")
	s.P("JNZ next")
	s.P("DECQ R8")
	s.P("JNZ pass")
}

var registers = map[string]string{"c": "DI", "a": "SI", "b": "BX"}

// read adds patterns up in eight registers, so that no addition waits for another.
func (s vectorSet) read() {
	name := s.prefix + "Read"
	s.Func(name, name+" adds up the 64-bit patterns of n bytes, passes times.", asm.Args("a unsafe.Pointer", "n int", "passes int"), "uint64")
	s.begin([]string{"a"}, registers)
	for i := range 8 {
		s.P("%s %s, %s, %s", s.logical, s.r(i), s.r(i), s.r(i))
	}
	s.loops(func() {
		for i := range 512 / s.bytes {
			s.P("VPADDQ %d(SI)(DX*1), %s, %s", i*s.bytes, s.r(i%8), s.r(i%8))
		}
	})
	for half := 4; half > 0; half /= 2 {
		for i := range half {
			s.P("VPADDQ %s, %s, %s", s.r(i+half), s.r(i), s.r(i))
		}
	}
	if s.bytes == 64 {
		s.P("VEXTRACTI64X4 $1, Z0, Y1")
		s.P("VPADDQ Y1, Y0, Y0")
	}
	s.P("VEXTRACTI128 $1, Y0, X1")
	s.P("VPADDQ X1, X0, X0")
	s.P("VPSRLDQ $8, X0, X1")
	s.P("VPADDQ X1, X0, X0")
	s.P("VMOVQ X0, AX")
	s.P("MOVQ AX, %s", s.Arg("ret"))
	s.P("VZEROUPPER")
	s.P("RET")
}

// store is copy or triad.
func (s vectorSet) store(what, comment, move string, triad bool) {
	name := s.prefix + what
	arrays := []string{"c", "a"}
	if triad {
		arrays = append(arrays, "b")
	}
	args := asm.Args("n int", "passes int")
	for i := range arrays {
		args = append(args[:i], append(asm.Args(arrays[i]+" unsafe.Pointer"), args[i:]...)...)
	}
	s.Func(name, name+comment[len("%s"):], args, "")
	s.begin(arrays, registers)
	if triad {
		s.P("MOVQ $0x4008000000000000, AX // 3.0")
		s.P("VMOVQ AX, X15")
		s.P("VBROADCASTSD X15, %s", s.r(15))
	}
	s.loops(func() {
		const together = 8 // loads before their stores
		for first := 0; first < 512/s.bytes; first += together {
			for i := range together {
				at := (first + i) * s.bytes
				s.P("VMOVUPS %d(SI)(DX*1), %s", at, s.r(i))
				if triad {
					s.P("VFMADD231PD %d(BX)(DX*1), %s, %s", at, s.r(15), s.r(i))
				}
			}
			for i := range together {
				s.P("%s %s, %d(DI)(DX*1)", move, s.r(i), (first+i)*s.bytes)
			}
		}
	})
	if move != "VMOVUPS" {
		s.P("SFENCE")
	}
	s.P("VZEROUPPER")
	s.P("RET")
}
