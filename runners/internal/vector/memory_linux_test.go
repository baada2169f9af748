package vector

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// region is memory between two pages that may not be touched.
func region(t *testing.T) []byte {
	t.Helper()
	page := syscall.Getpagesize()
	b, err := syscall.Mmap(-1, 0, regionBytes+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
	require.NoError(t, err)
	require.NoError(t, syscall.Mprotect(b[:page], syscall.PROT_NONE))
	require.NoError(t, syscall.Mprotect(b[page+regionBytes:], syscall.PROT_NONE))
	t.Cleanup(func() { require.NoError(t, syscall.Munmap(b)) })
	return b[page : page+regionBytes]
}
