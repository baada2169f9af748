package joules

import "math"

// The 95 % half-width of an energy, apart from the sensor's gain. Independent
// random terms add in quadrature. Where the error is a difference of two uniform
// ones (two stale or two quantised ends), the half-width is taken as 1.96
// standard deviations; the exact quantile of that triangle is 1.90.
const z95 = 1.96

// quadrature is the root of the sum of squares.
func quadrature(terms ...float64) float64 {
	sum := 0.0
	for _, t := range terms {
		sum += t * t
	}
	return math.Sqrt(sum)
}
