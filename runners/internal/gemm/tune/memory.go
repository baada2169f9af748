package main

import (
	"math/rand/v2"
	"unsafe"
)

// memory is n bytes on a page's boundary, of small numbers in every type: 0x3c in
// each byte would be one number alone, and zeros draw less power and may run faster.
func memory(n int) unsafe.Pointer {
	all := alloc(n)
	for i := range all {
		all[i] = byte(rand.Uint32())&0x83 | 0x3c
	}
	return unsafe.Pointer(unsafe.SliceData(all))
}
