//go:build !unix

package guard

import "testing"

// pages has no guards here: the tests run, and see less.
func pages(_ testing.TB, n int) []byte { return make([]byte, n) }
