package workloads

// The generator gives every operand element its value from its number alone:
//
//	(seed, set, tensor index, element index) -> value
//
// so that any language makes the same operands, in any order and in parallel,
// and the conductor recomputes single elements. Definition, all in unsigned
// 64-bit arithmetic that wraps (>> shifts in zeros unless said otherwise):
//
//	G      = 0x9E3779B97F4A7C15
//	mix(z) : z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
//	         z = (z ^ z>>27) * 0x94D049BB133111EB
//	         z ^ z>>31
//	key    = mix(mix(mix(seed + G) + G*(set+1)) + G*(tensor+1))
//	word(i)= mix(key + G*(i+1))
//
// mix is the finalizer of SplitMix64 (Steele, Lea, Flood: Fast splittable
// pseudorandom number generators, OOPSLA 2014; constants of Stafford's mix 13),
// and word(i) is output i, from 0, of SplitMix64 started at state key.
//
// Element i of a floating-point tensor is u(i) by its fill:
//
//	uniform : (int64(word(i) >> 11) - 2^52) / 2^52         in [-1, 1), exact in fp64
//	normal  : (s - 393210) / 65536                         s = sum of the twelve 16-bit quarters of
//	                                                       word(3i), word(3i+1), word(3i+2); |u| <= 6
//	integers: int64(((word(i) >> 32) * 9) >> 32) - 4       -4…4
//	zeros   : 0
//
// and its value is offset + u(i) / 2^shift, computed in fp64 (shift and offset
// are the tensor's; both are 0 for a matmul, so that the value is u(i)), then
// rounded to fp32 and from there to the narrower types, each to nearest even.
//
// Element i of an int8 tensor:
//
//	uniform : int64(((word(i) >> 32) * 255) >> 32) - 127   -127…127
//	normal  : (s - 393210 + 1024) >> 11, arithmetic shift, clamped to -127…127 (deviation 32)
//	integers, zeros: as above
//
// and of an int4 tensor:
//
//	uniform : int64(((word(i) >> 32) * 15) >> 32) - 7      -7…7
//	normal  : (s - 393210 + 16384) >> 15, arithmetic shift, clamped to -7…7 (deviation 2)
//	integers, zeros: as above
const (
	golden      = 0x9E3779B97F4A7C15
	normalMean  = 12 * 65535 / 2 // of the sum of twelve 16-bit numbers
	normalUnit  = 65536.0        // deviation of that sum: sqrt(12 x (2^32-1)/12) is 65536 within 2e-10
	uniformUnit = 1.0 / (1 << 52)
)

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// A key is the SplitMix64 state that one tensor of one operand set starts from.
type key uint64

func newKey(seed uint64, set, tensor int) key {
	k := mix(seed + golden)
	k = mix(k + golden*(uint64(set)+1))
	return key(mix(k + golden*(uint64(tensor)+1)))
}

func (k key) word(i uint64) uint64 { return mix(k.state(i)) }

// state is what word(i) mixes; that of i+1 is golden more.
func (k key) state(i uint64) uint64 { return uint64(k) + golden*(i+1) }

// uniform returns the numerator over 2^52 of the element with that state.
func uniform(state uint64) int64 { return int64(mix(state)>>11) - 1<<52 }

// normal returns the numerator over 65536 of element i.
func (k key) normal(i uint64) int64 {
	return quarters(k.word(3*i)) + quarters(k.word(3*i+1)) + quarters(k.word(3*i+2)) - normalMean
}

// small returns an integer in 0…n-1, n < 2^32, by multiply and shift.
func (k key) small(i, n uint64) int64 { return int64(k.word(i) >> 32 * n >> 32) }

// quarters sums the four 16-bit quarters of w.
func quarters(w uint64) int64 {
	return int64(w&0xffff + w>>16&0xffff + w>>32&0xffff + w>>48)
}

// unit is u(i) of the package's definition.
func (k key) unit(f Fill, i uint64) float64 {
	switch f {
	case Normal:
		return float64(k.normal(i)) / normalUnit
	case Integers:
		return float64(k.small(i, 9) - 4)
	case Zeros:
		return 0
	}
	return float64(uniform(k.state(i))) * uniformUnit
}

// An integerLaw is the range of an integer type, -most…most, and the power of
// two that its normal fill divides the generator's by: deviations 32 and 2.
type integerLaw struct{ most, shift int64 }

// integers is the law of int8 and int4.
func (d DType) integers() integerLaw {
	if d == INT4 {
		return integerLaw{7, 15}
	}
	return integerLaw{127, 11}
}

// integer is element i of an int8 or int4 tensor.
func (k key) integer(law integerLaw, f Fill, i uint64) int8 {
	switch f {
	case Normal:
		return int8(min(max((k.normal(i)+1<<(law.shift-1))>>law.shift, -law.most), law.most))
	case Integers:
		return int8(k.small(i, 9) - 4)
	case Zeros:
		return 0
	}
	return int8(k.small(i, uint64(2*law.most+1)) - law.most)
}
