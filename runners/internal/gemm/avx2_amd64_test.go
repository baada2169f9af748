package gemm

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/isa"
)

// underTest lists the kernels of AVX2 and of AVX-512 without its dot products, as
// far as this processor can run them. The environment variable standIn says that
// VPDPBUSD is assembled as AVX-512 has it (TestByteProductsByStandIn).
func underTest(t *testing.T) (list []*Kernels) {
	t.Helper()
	for _, s := range isa.Available() {
		switch s.Name {
		case isa.AVX2:
			for _, typ := range []Type{FP64, FP32, BF16, INT8} {
				list = append(list, avx2(isa.Set{Name: s.Name}, typ))
			}
			list = append(list, avx2Narrow())
			if s.VNNI || os.Getenv(standIn) != "" {
				list = append(list, avx2(isa.Set{Name: s.Name, VNNI: true}, INT8))
			}
		case isa.AVX512:
			list = append(list, avx512WithoutBF16(), avx512WithoutVNNI())
		}
	}
	if len(list) == 0 {
		t.Log("not run: this processor has no AVX2")
	}
	return list
}

// A call is one call of a tile (lanes 0), an edge or twins (far not 0).
type call struct {
	k                 *Kernels
	rows, lines       int // lines linesQuarters: the tile of quarters
	far               int // columns from one twin to the other
	vectors, lanes    int
	kc, acc           int
	withInit          bool
	slack             int
	fa, fb, fc, finit *fenced
}

func (c call) String() string {
	return fmt.Sprintf("%s: rows %d lines %d far %d vectors %d lanes %d kc %d acc %d init %v slack %d",
		c.k.Name, c.rows, c.lines, c.far, c.vectors, c.lanes, c.kc, c.acc, c.withInit, c.slack)
}

// linesQuarters is one more than the lines of any other tile.
const linesQuarters = 3

func (c call) columns() int {
	if c.lanes == 0 {
		return c.k.Columns() + c.far
	}
	return (c.vectors-1)*c.k.Lanes + c.lanes
}

// between says whether a column lies between the twins, where nothing is written.
func (c call) between(col int) bool { return col >= c.k.Columns() && col < c.far }

// elementOfB is the one of K that an element of A meets.
func (c call) elementOfB(p int) int {
	word, quarter := p/c.k.Group, c.kc/4
	if c.lines < linesQuarters || word >= 4*quarter {
		return p
	}
	return (word%4*quarter+word/4)*c.k.Group + p%c.k.Group
}

// compute calls the kernel.
func (c call) compute(a, b, out matrix[byte], init ptr) {
	k := c.k
	tile := k.Quarters[c.rows]
	switch {
	case c.far > 0:
		k.Twins[c.rows](c.kc, a.at, a.stride, b.at, b.stride, out.at, out.stride, init, c.acc, c.far*k.BWord, c.far*k.Type.sumBytes())
		return
	case c.lanes > 0:
		k.Edge[c.vectors][c.rows](c.kc, a.at, a.stride, b.at, b.stride, out.at, out.stride, init, c.acc, c.lanes)
		return
	case c.lines < linesQuarters:
		tile = k.Tile[c.lines][c.rows]
	}
	tile(c.kc, a.at, a.stride, b.at, b.stride, out.at, out.stride, init, c.acc, uintptr(out.at), uintptr(a.at), uintptr(b.at))
}

// run makes the call and compares every sum.
func (c call) run(t *testing.T) {
	t.Helper()
	k, cols := c.k, c.columns()
	bCols := cols
	if !k.MaskedB {
		bCols = ceilDiv(cols, k.Lanes) * k.Lanes
	}
	o := k.operands(c.fa, c.fb, c.rows, c.kc, bCols, c.slack, number)
	out := fencedMatrix[byte](c.fc, c.rows, cols*k.Type.sumBytes(), c.slack)
	start := make([]float64, cols)
	var init ptr
	if c.withInit {
		row := fencedMatrix[byte](c.finit, 1, ceilDiv(cols, k.Lanes)*k.Lanes*k.Type.sumBytes(), 0)
		init = row.at
		for j := range cols {
			start[j] = number()
			k.putSum(row.element(0, j*k.Type.sumBytes()), start[j])
		}
	}
	before := make([]float64, c.rows*cols)
	for i := range before {
		if c.acc == 1 || c.between(i%cols) {
			before[i] = number()
			k.putSum(out.element(i/cols, i%cols*k.Type.sumBytes()), before[i])
		}
	}
	c.compute(o.a, o.b, out, init)
	for i := range before {
		row, col := i/cols, i%cols
		want := before[i]
		if !c.between(col) {
			want += start[col]
			for p := range o.elements {
				want += (o.aValue[row][p] + float64(k.SignedOffset)) * o.bValue[c.elementOfB(p)][col]
			}
		}
		if have := k.sum(out.element(row, col*k.Type.sumBytes())); have != want {
			t.Fatalf("%v: C[%d,%d] is %g, not %g", c, row, col, have, want)
		}
	}
	out.gaps(t)
}

// upTo lists 1…n.
func upTo(n int) (list []int) {
	for i := range n {
		list = append(list, i+1)
	}
	return list
}

func fences(t *testing.T) call {
	return call{fa: newFenced(t, 1<<15), fb: newFenced(t, 1<<15), fc: newFenced(t, 1<<12), finit: newFenced(t, 1<<12)}
}

func TestTilesAreExactWithinFences(t *testing.T) {
	c := fences(t)
	for _, c.k = range underTest(t) {
		t.Run(c.k.Name, func(t *testing.T) {
			for c.rows = 1; c.rows <= c.k.Rows; c.rows++ {
				kinds, lengths := linesQuarters, upTo(20)
				if c.k.Quarters[c.rows] != nil {
					kinds, lengths = kinds+1, append(lengths, 35, 36, 37, 71) // they prefetch otherwise in their last 8 turns
				}
				for _, c.kc = range lengths {
					for i := range 4 * kinds {
						c.lines, c.acc, c.withInit, c.slack = i%kinds, i/kinds%2, i/kinds/2 == 1, rand.IntN(40)
						c.run(t)
					}
				}
			}
		})
	}
}

func TestTwinsAreExactWithinFences(t *testing.T) {
	c := fences(t)
	for _, c.k = range underTest(t) {
		t.Run(c.k.Name, func(t *testing.T) {
			for c.rows = 1; c.rows <= maxTwinRows && c.k.Twins[c.rows] != nil; c.rows++ {
				for c.kc = 1; c.kc <= 20; c.kc++ {
					for i := range 8 {
						c.far, c.acc, c.withInit, c.slack = c.k.Columns()+rand.IntN(3)*c.k.Lanes, i%2, i/2%2 == 1, rand.IntN(40)
						c.run(t)
					}
				}
			}
		})
	}
}

// Products of few rows must reach them, not only this file.
func TestAVX2HasTilesOfSeveralPlaces(t *testing.T) {
	for _, k := range underTest(t) {
		if k.Vectors == 2 && k.Name != avx2(isa.Set{Name: isa.AVX2}, INT8).Name {
			require.NotNil(t, k.Twins[maxTwinRows], k.Name)
			require.Equal(t, k.Type != INT8, k.Quarters[k.Rows] != nil, k.Name)
		}
	}
}

func TestEdgesAreExactWithinFences(t *testing.T) {
	c := fences(t)
	for _, c.k = range underTest(t) {
		t.Run(c.k.Name, func(t *testing.T) {
			for c.rows = 1; c.rows <= c.k.Rows; c.rows++ {
				for c.vectors = 1; c.vectors <= c.k.Vectors; c.vectors++ {
					for c.lanes = 1; c.lanes <= c.k.Lanes; c.lanes++ {
						for range 4 {
							c.kc, c.acc, c.withInit, c.slack = 1+rand.IntN(20), rand.IntN(2), rand.IntN(2) == 0, rand.IntN(40)
							c.run(t)
						}
					}
				}
			}
		})
	}
}

// Sums of bf16 against float64, with all bits of the mantissas and far exponents.
func TestBF16AgainstFloat64(t *testing.T) {
	fa, fb, fc := newFenced(t, 1<<18), newFenced(t, 1<<20), newFenced(t, 1<<12)
	next := func() float64 {
		return float64(math.Float32frombits(rand.Uint32()&0x80ff0000 | 0x3c000000 + uint32(rand.IntN(8))<<23))
	}
	for _, k := range slices.DeleteFunc(underTest(t), func(k *Kernels) bool { return k.Type != BF16 }) {
		for _, kc := range []int{1, 3, 50, 777} {
			o := k.operands(fa, fb, k.Rows, kc, k.Columns(), 0, next)
			out := fencedMatrix[byte](fc, k.Rows, 4*k.Columns(), 0)
			k.Tile[0][k.Rows](kc, o.a.at, o.a.stride, o.b.at, o.b.stride, out.at, out.stride, nil, 0, 0, 0, 0)
			for i := range k.Rows {
				for j := range k.Columns() {
					var want, size float64
					for p := range o.elements {
						x := o.aValue[i][p] * o.bValue[p][j]
						want, size = want+x, size+math.Abs(x)
					}
					bound := size * float64(o.elements) / (1 << 24)
					if have := k.sum(out.element(i, 4*j)); !(math.Abs(have-want) <= bound) {
						t.Fatalf("%s kc %d: C[%d,%d] is %g, not %g within %g", k.Name, kc, i, j, have, want, bound)
					}
				}
			}
		}
	}
}

// The largest sums that int32 holds: K = 133 000 of 127 x 127 is 0.999 x 2^31.
func TestBytesAreExactAtTheirExtremes(t *testing.T) {
	const K = 133_000
	fa, fb, fc := newFenced(t, maxRows*K*2), newFenced(t, K*64*2), newFenced(t, 1<<12)
	for _, k := range slices.DeleteFunc(underTest(t), func(k *Kernels) bool { return k.Type != INT8 }) {
		for _, x := range [][2]float64{{127, 127}, {-127, 127}, {-127, -127}, {127, -127}} {
			a, b := fencedMatrix[byte](fa, k.Rows, K/k.Group*k.AWord, 0), fencedMatrix[byte](fb, K/k.Group, k.Columns()*k.BWord, 0)
			a.fillElements(k, k.AWord/k.Group, x[0]+float64(k.SignedOffset))
			b.fillElements(k, k.BWord/k.Group, x[1])
			out := fencedMatrix[int32](fc, k.Rows, k.Columns(), 0)
			correction := make([]int32, k.Columns()) // wraps around, and the sums come back
			for j := range correction {
				correction[j] = int32(-k.SignedOffset * int(x[1]) * K)
			}
			k.Tile[0][k.Rows](K/k.Group, a.at, a.stride, b.at, b.stride, out.at, out.stride, ptr(&correction[0]), 0, 0, 0, 0)
			for i := range k.Rows {
				for j := range k.Columns() {
					if have, want := *out.element(i, j), int32(x[0]*x[1]*K); have != want {
						t.Fatalf("%s: %g x %g: C[%d,%d] is %d, not %d", k.Name, x[0], x[1], i, j, have, want)
					}
				}
			}
		}
	}
}
