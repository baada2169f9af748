package plots

import (
	"math"
	"strconv"
)

// unavailable is printed for a number nobody knows; never 0.
const unavailable = "n/a"

// A prefix is an SI prefix and its factor.
type prefix struct {
	factor float64
	symbol string
}

var prefixes = []prefix{
	{1e18, "E"}, {1e15, "P"}, {1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1, ""}, {1e-3, "m"}, {1e-6, "µ"}, {1e-9, "n"},
}

// prefixFor is the largest prefix that leaves v at 1 or more once it is rounded to
// three digits, so that 999.7 G is written 1.00 T.
func prefixFor(v float64) prefix {
	v = math.Abs(roundTo(v, 3))
	for _, p := range prefixes {
		if v >= p.factor*(1-1e-9) {
			return p
		}
	}
	if v > 0 {
		return prefixes[len(prefixes)-1]
	}
	return prefix{factor: 1}
}

// FormatSI writes a value with three digits, its prefix and its unit:
// "1.24 TFLOP/s". NaN and infinities are "n/a".
func FormatSI(v float64, unit string) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return unavailable
	}
	p := prefixFor(v)
	return digits3(v/p.factor) + " " + p.symbol + unit
}

// digits3 writes three significant digits.
func digits3(v float64) string { return digits(v, 3) }

// digits writes n significant digits without an exponent; whole digits are never
// dropped: with three, 1240, 124, 12.4, 0.0124.
func digits(v float64, n int) string {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return unavailable
	case v == 0:
		return "0"
	}
	decimals := n - 1 - int(math.Floor(math.Log10(math.Abs(roundTo(v, n)))+1e-9))
	return strconv.FormatFloat(v, 'f', max(decimals, 0), 64)
}

// roundTo rounds to n significant digits.
func roundTo(v float64, n int) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', n-1, 64), 64)
	if err != nil {
		return v
	}
	return r
}
