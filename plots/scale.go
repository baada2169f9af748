package plots

import "math"

// A scale maps values to a coordinate of the page: low lies at from, high at to.
type scale struct {
	low, high float64
	from, to  float64
	log       bool
}

// at is the coordinate of v. On a log scale v must be positive.
func (s scale) at(v float64) float64 {
	if s.log {
		return s.from + (s.to-s.from)*math.Log(v/s.low)/math.Log(s.high/s.low)
	}
	return s.from + (s.to-s.from)*(v-s.low)/(s.high-s.low)
}

// inside is at, held within the scale.
func (s scale) inside(v float64) float64 {
	return s.at(min(max(v, s.low), s.high))
}

// A bounds gathers the least and greatest of values; NaN, infinities and, where
// positive is set, values not above 0 are passed over.
type bounds struct {
	low, high float64
	positive  bool
	any       bool
}

func (b *bounds) add(values ...float64) {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) || b.positive && v <= 0 {
			continue
		}
		if !b.any {
			b.low, b.high, b.any = v, v, true
		}
		b.low, b.high = min(b.low, v), max(b.high, v)
	}
}
