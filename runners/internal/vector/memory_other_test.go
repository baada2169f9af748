//go:build !linux

package vector

import "testing"

// region has no guards here: the marks alone show what is written outside.
func region(*testing.T) []byte { return make([]byte, regionBytes) }
