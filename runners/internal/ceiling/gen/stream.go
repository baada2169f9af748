package main

import (
	"fmt"
	"math/bits"
	"strconv"

	"joulemark/runners/internal/asm"
)

func itoa(i int) string { return strconv.Itoa(i) }

// streams are the loops over arrays, 512 bytes at once. n is the bytes of an array, a
// multiple of 512.
func (s vectorSet) streams() {
	s.read("Read", "%s adds up the 64-bit patterns of n bytes, passes times.", 1)
	s.read("ReadParts", "%s does the same, four quarters side by side.", 4)
	for _, stores := range []struct{ suffix, move, say string }{
		{"", "VMOVUPS", ""},
		{"Past", "VMOVNTPS", " Its stores go round the caches, and are seen by all when it returns."},
	} {
		s.store("Copy"+stores.suffix, "%s copies a to c, passes times."+stores.say, stores.move, false)
		s.store("Triad"+stores.suffix, "%s makes c = a + 3 b, passes times."+stores.say, stores.move, true)
	}
}

// indices count up to the ends of the parts that a loop goes over side by side.
var indices = []string{"DX", "R9", "R10", "R11"}

// begin prints what all loops begin with: every array's end, and a part's length as a negative
// index that counts up to it, so that one addition moves all of the arrays.
func (s vectorSet) begin(arrays []string, parts int) {
	s.P("MOVQ %s, CX", s.Arg("n"))
	s.P("MOVQ %s, R8", s.Arg("passes"))
	for _, a := range arrays {
		s.P("MOVQ %s, %s", s.Arg(a), registers[a])
		s.P("ADDQ CX, %s", registers[a])
	}
	if parts > 1 {
		s.P("SHRQ $%d, CX", bits.TrailingZeros(uint(parts)))
	}
	s.P("NEGQ CX")
}

// loops prints the pass and, in it, the loop around body, which is told where in the arrays
// vector i of those that it works on together is.
func (s vectorSet) loops(parts int, body func(at func(i int, base string) string)) {
	used := indices[:parts]
	s.Label("pass")
	s.P("MOVQ CX, %s", used[0])
	for i := 1; i < parts; i++ {
		s.P("LEAQ (%s)(CX*1), %s", used[i-1], used[i])
	}
	s.P("PCALIGN $32")
	s.Label("next")
	each := 512 / parts / s.bytes // vectors of a part
	body(func(i int, base string) string {
		return fmt.Sprintf("%d(%s)(%s*1)", i%each*s.bytes, base, used[i/each])
	})
	for _, index := range used[1:] {
		s.P("ADDQ $%d, %s", 512/parts, index)
	}
	s.P("ADDQ $%d, %s", 512/parts, used[0])
	s.P("JNZ next")
	s.P("DECQ R8")
	s.P("JNZ pass")
}

var registers = map[string]string{"c": "DI", "a": "SI", "b": "BX"}

// read adds patterns up in eight registers, so that no addition waits for another.
func (s vectorSet) read(what, comment string, parts int) {
	name := s.prefix + what
	s.Func(name, fmt.Sprintf(comment, name), asm.Args("a unsafe.Pointer", "n int", "passes int"), "uint64")
	s.begin([]string{"a"}, parts)
	for i := range 8 {
		s.P("%s %s, %s, %s", s.logical, s.r(i), s.r(i), s.r(i))
	}
	s.loops(parts, func(at func(int, string) string) {
		for i := range 512 / s.bytes {
			s.P("VPADDQ %s, %s, %s", at(i, "SI"), s.r(i%8), s.r(i%8))
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
	s.begin(arrays, 1)
	if triad {
		s.P("MOVQ $0x4008000000000000, AX // 3.0")
		s.P("VMOVQ AX, X15")
		s.P("VBROADCASTSD X15, %s", s.r(15))
	}
	s.loops(1, func(at func(int, string) string) {
		const together = 8 // loads before their stores
		for first := 0; first < 512/s.bytes; first += together {
			for i := range together {
				s.P("VMOVUPS %s, %s", at(first+i, "SI"), s.r(i))
				if triad {
					s.P("VFMADD231PD %s, %s, %s", at(first+i, "BX"), s.r(15), s.r(i))
				}
			}
			for i := range together {
				s.P("%s %s, %s", move, s.r(i), at(first+i, "DI"))
			}
		}
	})
	if move != "VMOVUPS" {
		s.P("SFENCE")
	}
	s.P("VZEROUPPER")
	s.P("RET")
}
