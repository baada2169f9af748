package runners

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"joulemark/runners/internal/pjrt"
)

// A pjrtDevice is a device and the plugin's own.
type pjrtDevice struct {
	Device
	own *pjrt.Device
}

// list makes devices of the plugin's. A CPU plugin has one: the others that some
// make are the same processors again.
func (r *pjrtRunner) list() (devices []pjrtDevice) {
	platform := platformName(r.client.Platform)
	if platform == "cpu" {
		return []pjrtDevice{{Device{ID: "cpu", Name: cpuName(), Kind: "cpu", Match: "cpu", MemoryBytes: r.machine.totalBytes}, r.client.Devices[0]}}
	}
	for i, d := range r.client.Devices {
		busID, totalBytes := pjrt.Locate(platform, d.Ordinal)
		limitBytes, _ := d.Memory()
		devices = append(devices, pjrtDevice{Device{
			ID:          fmt.Sprintf("%s:%d", platform, r.place(i)),
			Name:        cmp.Or(d.Kind, r.client.Platform),
			Kind:        "accelerator",
			Match:       cmp.Or(saidAddress(d.Said), busID),
			MemoryBytes: cmp.Or(totalBytes, limitBytes),
		}, d})
	}
	return devices
}

// place is the driver's number of a device, or its place in the list where the
// drivers' numbers are not unique.
func (r *pjrtRunner) place(i int) int {
	seen := map[int]bool{}
	for _, d := range r.client.Devices {
		if seen[d.Ordinal] {
			return i
		}
		seen[d.Ordinal] = true
	}
	return r.client.Devices[i].Ordinal
}

// platformName is a platform's name as ids have it: lower case, without spaces.
func platformName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return -1
	}, strings.ToLower(name))
	return cmp.Or(name, "device")
}

// deviceAddress is a PCI address or the UUID of an NVIDIA card.
var deviceAddress = regexp.MustCompile(`(?i)^(?:[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]|GPU-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$`)

// saidAddress is the address among the texts that a plugin says of a device, if any.
func saidAddress(texts []string) string {
	for _, text := range texts {
		switch {
		case !deviceAddress.MatchString(text):
		case strings.HasPrefix(text, "GPU-"):
			return text
		default:
			return strings.ToLower(text)
		}
	}
	return ""
}
