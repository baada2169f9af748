//go:build !race

package engine

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// memory is a mapping of its own: it lies on huge pages where the system allows,
// which spares a product of 4096² matrices most of its TLB misses; it goes back to the
// system the moment it is freed; and where there is none it is an error and not, as
// with the heap, the end of the process.
type memory struct{ mapped, block []byte }

// hugePage is that of amd64, and of arm64 with pages of 4 KiB.
const hugePage = 2 << 20

func takeMemory(bytes int64) (memory, error) {
	total := bytes + slack
	huge := total >= hugePage
	if huge {
		total += hugePage // to find an aligned beginning in
	}
	all, err := unix.Mmap(-1, 0, int(total), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return memory{}, fmt.Errorf("%w: needs %.3g GiB, which the system refuses (%w): take a smaller workload or end other programs", ErrMemory, float64(bytes)/(1<<30), err)
	}
	block := all
	if huge {
		skip := -uintptr(unsafe.Pointer(unsafe.SliceData(all))) & (hugePage - 1)
		block = all[skip:][:bytes+slack]
		_ = unix.Madvise(block, unix.MADV_HUGEPAGE) // a kernel without them has the pages it has
	}
	return memory{all, block}, nil
}

func (m *memory) free() error {
	if m.mapped == nil {
		return nil
	}
	mapped := m.mapped
	*m = memory{}
	return unix.Munmap(mapped)
}
