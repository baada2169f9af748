package vector

import (
	"bytes"
	"testing"
	"unsafe"
)

// memory hands out slices that end, or begin, where memory that may not be touched
// begins (on Linux), with marks on the other side that check looks at.
type memory struct {
	owner   *testing.T // at whose end it goes
	regions [][]byte
	taken   [][2][]byte // what lies before and behind each slice in use
	atEnd   bool
}

const (
	regionBytes = 64 << 10
	markBytes   = 128
)

var mark = bytes.Repeat([]byte{0xa5}, markBytes)

// take gives n elements. Alignment is that of an element, if atEnd and n is odd.
func take[E any](t *testing.T, m *memory, n int) []E {
	t.Helper()
	i, size := len(m.taken), n*int(unsafe.Sizeof(*new(E)))
	if i == len(m.regions) {
		m.regions = append(m.regions, region(m.owner))
	}
	r := m.regions[i]
	from := 0
	if m.atEnd {
		from = len(r) - size
	}
	around := [2][]byte{r[max(0, from-markBytes):from], r[from+size : min(len(r), from+size+markBytes)]}
	for _, a := range around {
		copy(a, mark)
	}
	m.taken = append(m.taken, around)
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*E)(unsafe.Pointer(&r[from])), n)
}

// done looks at the marks and takes all slices back.
func (m *memory) done(t *testing.T) {
	t.Helper()
	for i, pair := range m.taken {
		for _, a := range pair {
			if !bytes.Equal(a, mark[:len(a)]) {
				t.Fatalf("operand %d: written outside", i)
			}
		}
	}
	m.taken = m.taken[:0]
}
