package pjrt

import (
	"fmt"
	"unsafe"
)

const (
	// oldestMinor: 0.45 broke what came before it, and 0.46 corrected struct sizes.
	oldestMinor = 46
	// newestMinor is the newest whose changes are known (CHANGELOG.md).
	newestMinor = 105
	// mostTableBytes: a table of a thousand functions; a greater size is no table's.
	mostTableBytes = 8 << 10
)

// tableHead begins PJRT_Api.
type tableHead struct {
	Size        uintptr `c:"struct_size"`
	Ext         uintptr `c:"extension_start"`
	VersionSize uintptr `c:"pjrt_api_version.struct_size"`
	VersionExt  uintptr `c:"pjrt_api_version.extension_start"`
	Major       int32   `c:"pjrt_api_version.major_version"`
	Minor       int32   `c:"pjrt_api_version.minor_version"`
}

const (
	headBytes    = unsafe.Sizeof(tableHead{})
	slotBytes    = unsafe.Sizeof(uintptr(0))
	versionBytes = 24 // least size of PJRT_Api_Version
)

// A table is what plugin and binding have agreed on.
type table struct {
	minor     int
	addresses [functionCount]uintptr // 0 = an optional function that is not there
	sizes     [structureCount]uintptr
}

// negotiate decides how to speak with a plugin of that head, whose function in a
// slot, below the number that the size gives, slot tells. The error is one sentence
// that ends with the remedy.
func negotiate(h tableHead, slot func(int) uintptr) (*table, error) {
	if h.Size < headBytes || h.Size > mostTableBytes || h.VersionSize < versionBytes || h.VersionSize > mostTableBytes {
		return nil, fmt.Errorf("GetPjrtApi gives a table of %d bytes with a version of %d, which is none of PJRT: take another build of the plugin", h.Size, h.VersionSize)
	}
	if h.Major != 0 {
		return nil, fmt.Errorf("the plugin speaks PJRT %d.%d and this program 0.%d and later 0.x: take a newer release of this program", h.Major, h.Minor, oldestMinor)
	}
	if h.Minor < oldestMinor {
		return nil, fmt.Errorf("the plugin speaks PJRT 0.%d and this program 0.%d or later: update the plugin", h.Minor, oldestMinor)
	}
	t := &table{minor: int(h.Minor), sizes: sizes(int(h.Minor))}
	slots := int((h.Size - headBytes) / slotBytes)
	for i, f := range functions {
		if f.slot < slots && t.minor >= f.since {
			t.addresses[i] = slot(f.slot)
		}
		if t.addresses[i] == 0 && !f.optional {
			return nil, fmt.Errorf("the plugin (PJRT 0.%d, %d functions) lacks %s: update the plugin", t.minor, slots, f.name)
		}
	}
	return t, nil
}

// negotiateAt is negotiate with the table at an address of this process.
func negotiateAt(address uintptr) (*table, error) {
	if address == 0 {
		return nil, fmt.Errorf("GetPjrtApi gives no table: take another build of the plugin")
	}
	base := *(*unsafe.Pointer)(unsafe.Pointer(&address)) // C memory, which does not move
	return negotiate(*(*tableHead)(base), func(i int) uintptr {
		return *(*uintptr)(unsafe.Add(base, headBytes+uintptr(i)*slotBytes))
	})
}
