//go:build unix

package guard

import (
	"runtime/debug"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// touch reads the byte at an offset from the beginning of b, inside it or not.
func touch(b []byte, offset int) (fault bool) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() { fault = recover() != nil }()
	sink = *(*byte)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(b)), offset))
	return false
}

var sink byte // so that the compiler keeps the load

func TestGuardsAreWhereTheyShould(t *testing.T) {
	page := unix.Getpagesize()
	for _, n := range []int{1, 3, 64, page - 1, page, page + 1, 3*page + 7} {
		before, after := Before(t, n), After(t, n)
		require.Len(t, before, n)
		require.Len(t, after, n)
		for i := range n {
			before[i], after[i] = 1, 1
		}
		require.True(t, touch(before, n), "one behind %d bytes", n)
		require.True(t, touch(after, -1), "one before %d bytes", n)
		require.False(t, touch(before, n-1))
		require.False(t, touch(after, 0))
	}
	require.Empty(t, Before(t, 0))
	require.True(t, touch(Before(t, 0), 0))
}

func TestSlices(t *testing.T) {
	x := SliceBefore[float64](t, 5)
	y := SliceAfter[uint16](t, 7)
	require.Equal(t, make([]float64, 5), x)
	require.Equal(t, make([]uint16, 7), y)
	require.True(t, touch(unsafe.Slice((*byte)(unsafe.Pointer(&x[0])), 40), 40))
	require.True(t, touch(unsafe.Slice((*byte)(unsafe.Pointer(&y[0])), 14), -1))
}
