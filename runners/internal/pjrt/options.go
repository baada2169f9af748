package pjrt

import (
	"runtime"
	"unsafe"
)

// An Option is a named value for the creation of a client, a bool or an int64.
type Option struct {
	Name  string
	Value any
}

// Types of PJRT_NamedValue.
const (
	namedString = 0
	namedInt64  = 1
	namedBool   = 4
)

// namedValues lays out options as C's array of PJRT_NamedValue, pinned. The elements
// of an array cannot have spare bytes between them, so they say their exact size.
func (p *Plugin) namedValues(pin *runtime.Pinner, options []Option) uintptr {
	values := make([]namedValueC, len(options))
	for i, o := range options {
		name := []byte(o.Name)
		pin.Pin(&name[0])
		values[i] = namedValueC{head: head{Size: unsafe.Sizeof(namedValueC{})}, Name: address(&name[0]), NameLen: uintptr(len(name)), ValueSize: 1}
		switch v := o.Value.(type) {
		case bool:
			values[i].Type = namedBool
			if v {
				values[i].Value = 1 // its first byte, on the little-endian systems that plugins exist for
			}
		case int64:
			values[i].Type, values[i].Value = namedInt64, uint64(v)
		}
	}
	pin.Pin(&values[0])
	return address(&values[0])
}

// address is where pinned memory lies.
func address[T any](p *T) uintptr { return uintptr(unsafe.Pointer(p)) }
