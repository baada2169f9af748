package ceiling

import (
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/isa"
	"joulemark/workloads"
)

// fenced is memory for n elements between two pages that nobody may touch, its end at
// the page's edge.
func fenced(t *testing.T, n int) []float64 {
	t.Helper()
	page := syscall.Getpagesize()
	inner := (8*n + page - 1) / page * page
	all, err := syscall.Mmap(-1, 0, inner+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, syscall.Munmap(all)) })
	require.NoError(t, syscall.Mprotect(all[:page], syscall.PROT_NONE))
	require.NoError(t, syscall.Mprotect(all[page+inner:], syscall.PROT_NONE))
	return unsafe.Slice((*float64)(ptr(&all[page+inner-8*n])), n)
}

func TestLoopsStayInsideTheirArrays(t *testing.T) {
	for _, set := range isa.Available() {
		k := kernelsOf(set)
		for _, n := range []int{0, grain, 2 * grain, 7 * grain, 512} {
			a, b, c := fenced(t, n), fenced(t, n), fenced(t, n)
			for i := range a {
				a[i], b[i] = float64(i), -float64(i)/4
			}
			if n > 0 {
				require.Equal(t, plainRead(a, 1), k.readParts(a))
			}
			for passes := range 3 {
				require.Equal(t, plainRead(a, passes), k.read(a, passes))
				for _, copyTo := range []func(c, a []float64, passes int){k.copyTo, k.copyPast} {
					clear(c)
					copyTo(c, a, passes)
					for i := range c {
						require.Equal(t, float64(min(passes, 1))*a[i], c[i])
					}
				}
				for _, triadTo := range []func(c, a, b []float64, passes int){k.triadTo, k.triadPast} {
					clear(c)
					triadTo(c, a, b, passes)
					for i := range c {
						require.Equal(t, float64(min(passes, 1))*a[i]/4, c[i])
					}
				}
			}
		}
		for d, peak := range k.peak {
			n := 8 * peak.vectors
			sums, start, a, b := fenced(t, n), fenced(t, n), fenced(t, 8), fenced(t, 8)
			peak.run(ptr(&sums[0]), ptr(&start[0]), ptr(&a[0]), ptr(&b[0]), 3)
			require.Equal(t, make([]float64, n), sums, "%s of zeros", workloads.DType(d))
		}
	}
}
