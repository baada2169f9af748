package gemm

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// A tileCase is one call of a tile (lanes 0) or of an edge.
type tileCase struct {
	rows, words, vectors, lanes, acc int
	init, inPlace                    bool
}

func (c tileCase) columns(k *Kernels) int {
	if c.lanes == 0 {
		return k.Columns()
	}
	return (c.vectors-1)*k.Lanes + c.lanes
}

// run calls the kernel on operands between guard pages and compares.
func (c tileCase) run(t *testing.T, k *Kernels, r *rand.Rand) {
	t.Helper()
	n, K, bytes := c.columns(k), c.words*k.Group, k.Type.sumBytes()
	A := newMatrix(t, r, c.rows, K, k.Type.elementBytes()).values(k.Type, r)
	B := newMatrix(t, r, K, n, k.Type.elementBytes()).values(k.Type, r)
	C := newMatrix(t, r, c.rows, n, bytes)
	for C.ld == n*bytes { // so that what is written beyond a row is seen
		C = newMatrix(t, r, c.rows, n, bytes)
	}
	init := newMatrix(t, r, 1, k.Columns(), bytes)
	for j := range init.cols {
		setSum(k.Type, init.at(0, j), float64(j))
	}
	want, magnitude := reference(c.rows, n, K, A.dense(k.Type), B.dense(k.Type), nil)
	for i := range c.rows {
		for j := range n {
			if c.acc == 1 {
				setSum(k.Type, C.at(i, j), float64(i+1))
				want[i*n+j] += float64(i + 1)
			}
			if c.init {
				want[i*n+j] += float64(j)
			}
			magnitude[i*n+j] += float64(i + 1 + j)
		}
	}
	c.call(t, k, r, A, B, C, init)
	for i := range c.rows {
		for j := range n {
			require.NoError(t, close(k.Type, K, sum(k.Type, C.at(i, j)), want[i*n+j], magnitude[i*n+j]), "%+v row %d column %d", c, i, j)
		}
		if i+1 < c.rows {
			for b, v := range unsafe.Slice((*byte)(unsafe.Add(C.at(i, 0), n*bytes)), C.ld-n*bytes) {
				require.Equal(t, byte(0xff), v, "%+v byte %d beyond row %d", c, b, i)
			}
		}
	}
}

// call brings A and B into the shape that the kernel wants.
func (c tileCase) call(t *testing.T, k *Kernels, r *rand.Rand, A, B, C, init guardedMatrix) {
	a, lda, b, ldb, start := A.data, A.ld, B.data, B.ld, init.data
	if k.Panel != nil {
		words := newMatrix(t, r, c.rows, c.words, k.AWord)
		k.Panel(words.data, words.ld, A.data, A.ld, c.rows, A.cols)
		a, lda = words.data, words.ld
	}
	if !c.inPlace {
		slack := 0
		if c.lanes > 0 {
			slack = 1 // where edges are gathered
		}
		b, ldb = guarded(t, (c.words+slack)*k.rowBytes(), true), k.rowBytes()
		k.pack(b, 0, B.data, B.ld, B.rows, B.cols)
	}
	if !c.init {
		start = nil
	}
	if c.lanes == 0 {
		nowhere := uintptr(1) << 40
		k.Tile[r.IntN(3)][c.rows](c.words, a, lda, b, ldb, C.data, C.ld, start, c.acc, nowhere, nowhere, nowhere)
		return
	}
	k.Edge[c.vectors][c.rows](c.words, a, lda, b, ldb, C.data, C.ld, start, c.acc, c.lanes)
}

func TestNEONTilesOfEveryHeight(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, k := range allKernels() {
		t.Run(name, func(t *testing.T) {
			for rows := 1; rows <= k.Rows; rows++ {
				for _, words := range []int{1, 2, 3, 4, 5, 7, 8, 26} {
					for mode := range 4 {
						tileCase{rows: rows, words: words, acc: mode & 1, init: mode&2 != 0}.run(t, k, r)
					}
				}
			}
		})
	}
}

func TestNEONEdgesOfEveryWidth(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for name, k := range allKernels() {
		t.Run(name, func(t *testing.T) {
			for rows := 1; rows <= k.Rows; rows++ {
				for columns := range k.Columns() {
					c := tileCase{rows: rows, words: 1 + r.IntN(12), vectors: 1 + columns/k.Lanes, lanes: 1 + columns%k.Lanes}
					c.acc, c.init, c.inPlace = r.IntN(2), r.IntN(2) == 0, k.MaskedB && r.IntN(2) == 0
					c.run(t, k, r)
				}
			}
		})
	}
}

// Unsigned bytes hold the value + 128; the last word is filled up with zeros.
func TestNEONPanelsOfUnsignedBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for name, k := range allKernels() {
		if k.Type != INT8 {
			continue
		}
		for elements := 1; elements < 70; elements++ {
			A := newMatrix(t, r, 2, elements, 1).values(INT8, r)
			words := ceilDiv(elements, k.Group) * k.AWord
			signed, unsigned := newMatrix(t, r, 2, words, 1), newMatrix(t, r, 2, words, 1)
			k.Panel(signed.data, signed.ld, A.data, A.ld, 2, elements)
			for i := range 2 {
				for j := range elements {
					*(*byte)(A.at(i, j)) ^= 128
				}
			}
			k.PanelUnsigned(unsigned.data, unsigned.ld, A.data, A.ld, 2, elements)
			require.Equal(t, signed.dense(INT8), unsigned.dense(INT8), "%s %d", name, elements)
			tail := words - elements*k.AWord/k.Group
			require.Equal(t, make([]byte, tail), unsafe.Slice((*byte)(signed.at(1, words-tail)), tail), name)
		}
	}
}

func TestNEONTransposes(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for name, k := range allKernels() {
		if k.Transpose == nil {
			continue
		}
		for words := 1; words < 20; words++ {
			src := newMatrix(t, r, k.Lanes, words, k.BWord)
			dst := newMatrix(t, r, words, k.Lanes, k.BWord)
			bytes := unsafe.Slice((*byte)(src.data), (k.Lanes-1)*src.ld+words*k.BWord)
			for i := range bytes {
				bytes[i] = byte(r.IntN(256))
			}
			k.Transpose(dst.data, dst.ld, src.data, src.ld, words)
			for w := range words {
				for lane := range k.Lanes {
					want := unsafe.Slice((*byte)(src.at(lane, w)), k.BWord)
					require.Equal(t, want, unsafe.Slice((*byte)(dst.at(w, lane)), k.BWord), "%s word %d lane %d", name, w, lane)
				}
			}
		}
	}
}

// The last word of a row of A is filled up with zeros, whatever lay there.
func TestNEONPanelsOfBF16(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for name, k := range allKernels() {
		if k.Type != BF16 {
			continue
		}
		for elements := 1; elements < 40; elements++ {
			A := newMatrix(t, r, 2, elements, 2).values(BF16, r)
			panel := newMatrix(t, r, 2, ceilDiv(elements, k.Group), k.AWord)
			k.Panel(panel.data, panel.ld, A.data, A.ld, 2, elements)
			size := k.AWord / k.Group
			for i := range 2 {
				for j := range panel.cols * k.Group {
					want := float64(0)
					if j < elements {
						want = A.get(BF16, i, j)
					}
					at := unsafe.Add(panel.data, i*panel.ld+j*size+size-2) // a bf16 is the upper half of an fp32
					require.Equal(t, want, float64(math.Float32frombits(uint32(*(*uint16)(at))<<16)), "%s %d: row %d element %d", name, elements, i, j)
				}
			}
		}
	}
}
