package main

import (
	"math"
	"slices"
)

type constant struct {
	name string
	bits uint32
}

func float(name string, v float64) constant { return constant{name, math.Float32bits(float32(v))} }

// constants of all operations; each fills a vector, so that it can be an operand in
// memory.
var constants = []constant{
	float("one", 1),
	float("minusHalf", -0.5),
	float("negInf", math.Inf(-1)),
	{"sign", 0x80000000},
	{"magnitude", 0x7fffffff},

	// exp, see exp.go.
	float("expLow", -87),
	float("expHigh", 88),
	float("log2e", math.Log2E),
	float("ln2", math.Ln2),
	float("shift", 0x1.8p23+127),
	{"exp2", 0x3efffffe}, {"exp3", 0x3e2aaa49}, {"exp4", 0x3d2aac79}, {"exp5", 0x3c091cf0}, {"exp6", 0x3ab5121d},

	// GELU, see activation.go.
	float("geluLinear", -2*math.Sqrt(2/math.Pi)),
	float("geluCubic", -2*math.Sqrt(2/math.Pi)*0.044715),
	float("tailScale", 11./32),
	{"tail1", 0x3e0c68b1}, {"tail2", 0x3e0cdf7b}, {"tail3", 0x3dee9f9d},
	{"tail4", 0x3de8ac9a}, {"tail5", 0xbd2addc0}, {"tail6", 0x3e475431},
	{"tail7", 0xbe8ce6c0}, {"tail8", 0x3e1522ad}, {"tail9", 0xbce701b4},

	// bf16, see narrow.go.
	{"bit", 1},
	{"half", 0x7fff},
	{"quiet", 0x40},

	// int8.
	float("byteLow", -127),
	float("byteHigh", 127),
	{"byteZero", 128},
}

func constantAt(name string) int {
	return slices.IndexFunc(constants, func(c constant) bool { return c.name == name })
}

// data prints them, and the masks of tails where they are loaded from memory: as
// many ones as lanes, then as many zeros.
func (g *gen) data() {
	var words []uint32
	for _, c := range constants {
		words = append(words, slices.Repeat([]uint32{c.bits}, g.lanes())...)
	}
	g.Data("constants", words...)
	if g.constants == 0 { // AVX2
		ones := slices.Repeat([]uint32{0xffffffff}, g.lanes())
		g.Data("masks", append(ones, make([]uint32, g.lanes())...)...)
	}
}
