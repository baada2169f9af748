//go:build unix

package guard

import (
	"testing"

	"golang.org/x/sys/unix"
)

// pages gives as many whole pages as hold n bytes, between two that may not be
// touched. They live until the test ends.
func pages(t testing.TB, n int) []byte {
	t.Helper()
	page := unix.Getpagesize()
	inner := max(1, (n+page-1)/page) * page
	all, err := unix.Mmap(-1, 0, inner+2*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		t.Fatalf("guarded memory of %d bytes: %v", n, err)
	}
	t.Cleanup(func() { _ = unix.Munmap(all) }) // the process ends soon
	for _, edge := range [][]byte{all[:page], all[page+inner:]} {
		if err := unix.Mprotect(edge, unix.PROT_NONE); err != nil {
			t.Fatalf("guard page: %v", err)
		}
	}
	return all[page : page+inner]
}
