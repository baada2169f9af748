package results

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// SameCard compares two Match texts of accelerators, each a PCI address in any of
// its spellings or a UUID. told is false where they cannot be compared: one is
// empty, or one is an address and the other a UUID.
func SameCard(a, b string) (same, told bool) {
	if a == "" || b == "" || isAddress(a) != isAddress(b) {
		return false, false
	}
	return normalise(a) == normalise(b), true
}

// isAddress tells a PCI address from a UUID.
func isAddress(match string) bool { return pciAddress.MatchString(strings.TrimSpace(match)) }

// pciAddress is domain:bus:device.function, in hexadecimal. Libraries leave out the
// domain or the function, or write the domain with eight digits.
var pciAddress = regexp.MustCompile(`^(?:([0-9a-fA-F]{1,8}):)?([0-9a-fA-F]{1,2}):([0-9a-fA-F]{1,2})(?:\.([0-7]))?$`)

// normalise writes the names of a device alike: "00000000:0A:00.0" and "0a:00.0" are
// "0000:0a:00.0" as in Linux, "GPU-5F1C…" and "5f1c…" are one UUID. An instance of a
// card (MIG-…) is never the card.
func normalise(device string) string {
	device = strings.TrimSpace(device)
	parts := pciAddress.FindStringSubmatch(device)
	if parts == nil {
		return strings.TrimPrefix(strings.ToLower(device), "gpu-")
	}
	var n [4]uint64
	for i, digits := range parts[1:] {
		n[i], _ = strconv.ParseUint(digits, 16, 32) // digits only; none is 0
	}
	return fmt.Sprintf("%04x:%02x:%02x.%x", n[0], n[1], n[2], n[3])
}
