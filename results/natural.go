package results

import "strings"

// naturalCompare orders texts with their numbers by value: m=512 before m=1024,
// package-2 before package-10.
func naturalCompare(a, b string) int {
	for a != "" && b != "" {
		x, y := leading(a), leading(b)
		if isDigit(x[0]) && isDigit(y[0]) {
			if c := compareDigits(x, y); c != 0 {
				return c
			}
		} else if c := strings.Compare(x, y); c != 0 {
			return c
		}
		a, b = a[len(x):], b[len(y):]
	}
	return len(a) - len(b)
}

// leading is the run of digits, or of anything else, that s begins with.
func leading(s string) string {
	i := 1
	for i < len(s) && isDigit(s[i]) == isDigit(s[0]) {
		i++
	}
	return s[:i]
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func compareDigits(x, y string) int {
	long, short := strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
	if len(long) != len(short) {
		return len(long) - len(short)
	}
	if c := strings.Compare(long, short); c != 0 {
		return c
	}
	return len(x) - len(y)
}
