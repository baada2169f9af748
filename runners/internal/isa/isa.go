// Package isa says which instruction sets the processor has and which one the
// kernels use. It is asked once; kernels never test features themselves.
package isa

import (
	"fmt"
	"slices"
	"strings"
)

// The names of instruction sets, as --isa and the column kernel have them.
const (
	Portable = "portable" // plain Go, every architecture
	AVX2     = "avx2"     // amd64 with AVX2, FMA and F16C
	AVX512   = "avx512"   // amd64 with AVX-512 F, BW, DQ and VL, and BMI2
	NEON     = "neon"     // every arm64
)

// A Set is an instruction set with what this processor has beyond its base.
type Set struct {
	Name string // one of the above
	BF16 bool   // dot products of bf16: AVX512_BF16, or FEAT_BF16
	VNNI bool   // dot products of bytes: AVX512_VNNI, AVX-VNNI, or FEAT_DotProd
	I8MM bool   // FEAT_I8MM, arm64 alone
}

// String is the name with its extensions: "avx512+bf16+vnni".
func (s Set) String() string {
	for _, e := range []struct {
		has  bool
		name string
	}{{s.BF16, "+bf16"}, {s.VNNI, "+vnni"}, {s.I8MM, "+i8mm"}} {
		if e.has {
			s.Name += e.name
		}
	}
	return s.Name
}

// Choose gives the set of that name, or of the name with its extensions that `joulemark
// list` prints, and the best one for "". One that this processor does not have is an
// error whose sentence ends with what it has.
func Choose(name string) (Set, error) { return choose(name, available()) }

// choose takes the sets from best to plainest.
func choose(name string, sets []Set) (Set, error) {
	if name == "" {
		return sets[0], nil
	}
	i := slices.IndexFunc(sets, func(s Set) bool { return s.Name == name || s.String() == name })
	if i < 0 {
		var names []string
		for _, s := range sets {
			names = append(names, s.Name)
		}
		return Set{}, fmt.Errorf("this processor has no instruction set %q: use %s, or leave it out", name, strings.Join(names, ", "))
	}
	return sets[i], nil
}

// Available lists the sets of this processor, best first; portable is the last.
func Available() []Set { return available() }

func available() []Set { return append(native(), Set{Name: Portable}) }
