package results

import "strings"

// SameCard compares two Match texts of accelerators, each a PCI address in any of
// its spellings or a UUID. told is false where they cannot be compared: one is
// empty, or one is an address and the other a UUID.
func SameCard(a, b string) (same, told bool) {
	if a == "" || b == "" || isAddress(a) != isAddress(b) {
		return false, false
	}
	return normalise(a) == normalise(b), true
}

// isAddress tells a PCI address, domain:bus:device.function, from a UUID.
func isAddress(match string) bool {
	return strings.Contains(match, ":") && strings.Contains(match, ".")
}
