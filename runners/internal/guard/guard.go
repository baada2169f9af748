// Package guard gives tests memory at the edge of pages that nobody may touch: a
// kernel that reads or writes one byte outside its operands ends the test with
// SIGSEGV. It is imported by tests alone.
package guard

import "testing"

// Before gives n bytes that end exactly at a page which may not be touched. Their
// alignment is that of n.
func Before(t testing.TB, n int) []byte {
	t.Helper()
	b := pages(t, n)
	return b[len(b)-n:]
}

// After gives n bytes that begin right behind a page which may not be touched.
func After(t testing.TB, n int) []byte {
	t.Helper()
	return pages(t, n)[:n:n]
}
