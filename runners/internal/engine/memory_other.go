//go:build !linux || race

package engine

import (
	"runtime/debug"
	"unsafe"
)

// memory comes from the heap: on systems whose large pages cannot be asked for, and
// under the race detector, which sees into nothing else.
type memory struct{ block []byte }

func takeMemory(bytes int64) (memory, error) {
	all := make([]byte, bytes+slack+line)
	skip := -int64(uintptr(unsafe.Pointer(unsafe.SliceData(all)))) & (line - 1)
	return memory{all[skip:]}, nil
}

// free lets the collector run, which otherwise would not before the next task's
// memory is taken, which may not fit beside it.
func (m *memory) free() error {
	if m.block == nil {
		return nil
	}
	m.block = nil
	debug.FreeOSMemory()
	return nil
}
