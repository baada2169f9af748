package plots

import "math"

// FormatRange writes an estimate's range in the prefix of its upper end, with two
// digits, since a third would claim what it cannot know: "5.0…210 GFLOP/J". NaN and
// infinities are "n/a".
func FormatRange(low, high float64, unit string) string {
	if math.IsNaN(low+high) || math.IsInf(low, 0) || math.IsInf(high, 0) {
		return unavailable
	}
	p := prefixFor(high)
	return rangeNumbers(low/p.factor, high/p.factor) + " " + p.symbol + unit
}

// rangeNumbers are both ends, rounded to two digits.
func rangeNumbers(low, high float64) string {
	return digits(roundTo(low, 2), 2) + "…" + digits(roundTo(high, 2), 2)
}
