package workloads

import (
	"fmt"
	"math"
	"strings"
)

// Peak is the rate of multiply-adds from registers: the highest roof that a
// program of that type can stand under. It has Chains independent sums, each of
// Steps steps:
//
//	x[j] = start[j] + Steps times the sum over i < Group of a[j mod Words, i] b[j mod Words, i]
//
// with a and b of 64 bytes each, which a kernel keeps in registers, and x and start
// in the type of sums (fp64, fp32 or int32). Every step of a chain waits for the one
// before it, so that nothing can be left out; chains are many and stand side by side,
// so that latency is hidden by them. Sums may not be taken as a product.
//
// The result tells how many steps were done: one too few is beyond the bound in
// fp64 and fp32, and int8 is exact.
type Peak struct {
	Type  DType  `json:"dtype"`         // fp64, fp32, bf16 (products of pairs), int8 (of fours)
	ISA   string `json:"isa,omitempty"` // instruction set by its name in the runner; "" = the runner's choice
	Steps int    `json:"steps"`         // 0 = PeakSteps
	Fill  Fill   `json:"fill"`
}

const (
	// PeakSteps are those of a chain where none are given: in the worst case they round
	// fp32 by less than one step (2^-25 x 4096² is half a product).
	PeakSteps = 4096
	// PeakVector is the bytes of a and of b, and PeakTile how many vectors of 64 bytes
	// of sums stand side by side: 24 hide a latency of 4 clocks at 2 instructions a clock
	// three times over, and leave 8 of 32 registers for a and b.
	PeakVector = 64
	PeakTile   = 24
	// PeakTiles is how many of these an iteration has, so that more than a hundred
	// threads can share it and one thread ends it within milliseconds.
	PeakTiles = 1024
)

// peakTypes are those of which a multiply-add is defined here. fp16 is not, because
// processors disagree on the type of its sums.
var peakTypes = []DType{FP64, FP32, BF16, INT8}

// Group is how many products a step adds to a sum: as many as fill a word of 4 or 8
// bytes.
func (p Peak) Group() int { return p.word() / int(p.Type.Size()) }

// Words is the number of sums in a vector of 64 bytes.
func (p Peak) Words() int { return PeakVector / p.word() }

// Chains is the number of sums.
func (p Peak) Chains() int { return PeakTiles * PeakTile * p.Words() }

// word is the bytes of a sum.
func (p Peak) word() int {
	if p.Type == FP64 {
		return 8
	}
	return 4
}

// WithDefaults fills in what p leaves open: PeakSteps and the uniform fill.
func (p Peak) WithDefaults() Peak {
	if p.Steps == 0 {
		p.Steps = PeakSteps
	}
	if p.Fill == "" {
		p.Fill = Uniform
	}
	return p
}

// Name is "peak/<dtype>" with "/isa=…", "/steps=…" and "/fill=…" where they are not
// the default. Parse is its inverse.
func (p Peak) Name() string {
	p = p.WithDefaults()
	var b strings.Builder
	fmt.Fprintf(&b, "peak/%s", p.Type)
	appendPart(&b, "isa", p.ISA, "")
	appendPart(&b, "steps", fmt.Sprint(p.Steps), fmt.Sprint(PeakSteps))
	appendPart(&b, "fill", string(p.Fill), string(Uniform))
	return b.String()
}

// DType is the declared type of a, b and start.
func (p Peak) DType() DType { return p.Type }

// Ops is 2 Chains Steps Group.
func (p Peak) Ops() float64 {
	p = p.WithDefaults()
	return 2 * float64(p.Chains()) * float64(p.Steps) * float64(p.Group())
}

// Bytes is a, b and start read and the sums written once: next to nothing beside Ops.
func (p Peak) Bytes() float64 {
	chains := float64(p.Chains())
	return 2*PeakVector + chains*p.Type.Size() + chains*float64(p.word())
}

func (p Peak) validate() error {
	return first(
		oneOf("dtype", p.Type, peakTypes...), checkFill(p.Fill), checkSize("steps", p.Steps),
		when(p.ISA != "" && !slug.MatchString(p.ISA), "isa %q: use lower-case letters, digits and _ . -", p.ISA),
		when(p.Type == INT8 && 4*p.Steps >= maxInt8K, "steps is %d, where int8 sums overflow int32: keep it below %d", p.Steps, maxInt8K/4),
	)
}

// tensors: 0 start, 1 a, 2 b, all of p's type.
func (p Peak) tensors() []Tensor {
	operand := []int{p.Words(), p.Group()}
	return []Tensor{
		{Index: 0, Name: "start", Shape: []int{p.Chains()}, Type: p.Type, Fill: p.Fill},
		{Index: 1, Name: "a", Shape: operand, Type: p.Type, Fill: p.Fill},
		{Index: 2, Name: "b", Shape: operand, Type: p.Type, Fill: p.Fill},
	}
}

// chain is the value of sum j and the error that it may have: that of rounding every
// product and every sum in the worst way. bf16 has four times as much, because a
// processor may add the two products of a step one by one, and round to odd.
func (p Peak) chain(seed uint64, set, j int) (value, bound float64) {
	t := p.tensors()
	start := t[0].At(seed, set, uint64(j))
	products, size := 0.0, 0.0
	for i := range p.Group() {
		at := uint64(j%p.Words()*p.Group() + i)
		product := t[1].At(seed, set, at) * t[2].At(seed, set, at)
		products += product
		size += math.Abs(product)
	}
	n := float64(p.Steps)
	value = math.FMA(n, products, start)
	bound = sumUnit[p.Type] * (n*math.Abs(start) + n*(n+3)/2*size)
	if p.Type == BF16 {
		bound *= 4
	}
	return value, bound
}

// peakRatio is the root mean square over the points of error / bound.
func (c *Checker) peakRatio(p Peak, set int, points []int64, values []float64) float64 {
	sum := 0.0
	for n, j := range points {
		value, bound := p.chain(c.seed, set, int(j))
		sum += square(relative(values[n]-value, bound))
	}
	return finite(math.Sqrt(sum / float64(len(points))))
}
