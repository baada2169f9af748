//go:build !linux

package main

// alloc: huge pages are asked for on Linux alone.
func alloc(n int) []byte { return make([]byte, n) }
