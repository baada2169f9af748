// Command gen writes the loops of the ceilings as Go assembly. Run it by go generate in
// the folder of package ceiling; with -check it only says whether the files are what it
// would write.
package main

import "joulemark/runners/internal/asm"

func main() { asm.Main(avx512(), avx2(), neon()) }

// A vectorSet is what the two instruction sets of amd64 differ in.
type vectorSet struct {
	*asm.File
	prefix  string
	reg     string // "Z" or "Y"
	bytes   int    // of a register
	sums    int    // registers that hold sums in a peak
	move    string // unaligned move of integers
	logical string // exclusive or
}

// r is register i.
func (s vectorSet) r(i int) string { return s.reg + itoa(i) }

// An op prints one multiply-add: c += a times b.
type op func(b, a, c int) string

// peak is a loop of nothing but multiply-adds: sums is a multiple of what a latency
// holds, and a and b take turns by halves where a register has less than 64 bytes.
func (s vectorSet) peak(name, comment string, multiplyAdd op) {
	s.Func(s.prefix+name, comment, asm.Args("sums unsafe.Pointer", "start unsafe.Pointer", "a unsafe.Pointer", "b unsafe.Pointer", "steps int"), "")
	parts := 64 / s.bytes
	for i, arg := range []string{"sums", "start", "a", "b", "steps"} {
		s.P("MOVQ %s, %s", s.Arg(arg), []string{"DI", "SI", "AX", "BX", "CX"}[i])
	}
	for i := range parts {
		s.P("VMOVUPS %d(AX), %s", i*s.bytes, s.r(s.sums+i))
		s.P("VMOVUPS %d(BX), %s", i*s.bytes, s.r(s.sums+parts+i))
	}
	for i := range s.sums {
		s.P("VMOVUPS %d(SI), %s", i*s.bytes, s.r(i))
	}
	s.P("PCALIGN $32")
	s.Label("step")
	for i := range s.sums {
		s.P("%s", multiplyAdd(s.sums+parts+i%parts, s.sums+i%parts, i))
	}
	s.P("DECQ CX")
	s.P("JNZ step")
	for i := range s.sums {
		s.P("VMOVUPS %s, %d(DI)", s.r(i), i*s.bytes)
	}
	s.P("VZEROUPPER")
	s.P("RET")
}
