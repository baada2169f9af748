package gemm

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// A trial is a product to check, by its parameters.
type trial struct {
	M, N, K, workers                    int
	packed, unsigned, init, noC, finish bool
	caches                              Caches
	anyBlocks                           bool // blocks of any size, the shortest too
	seed                                uint64
}

// small caches make many blocks of columns of small matrices; passes over K are never
// short.
var small = Caches{L1Bytes: 2 << 10, L2Bytes: 16 << 10}

func randomTrial(r *rand.Rand, largest int) trial {
	size := func() int { return 1 + r.IntN(largest) }
	s := trial{M: size(), N: size(), K: size(), workers: []int{1, 2, 3, 7}[r.IntN(4)], seed: r.Uint64()}
	for _, flag := range []*bool{&s.packed, &s.unsigned, &s.init, &s.noC} {
		*flag = r.IntN(2) == 0
	}
	s.finish = s.noC || r.IntN(2) == 0
	if r.IntN(2) == 0 {
		s.caches = small
	}
	return s
}

// check makes the operands between guard pages, runs the product and compares.
func (s trial) check(t testing.TB, k *Kernels) {
	t.Helper()
	r := rand.New(rand.NewPCG(s.seed, 1))
	e := k.Type.elementBytes()
	a, b := newMatrix(t, r, s.M, s.K, e).values(k.Type, r), newMatrix(t, r, s.K, s.N, e).values(k.Type, r)
	c := newMatrix(t, r, s.M, s.N, k.Type.sumBytes())
	denseA := a.dense(k.Type)
	p := Product{M: s.M, N: s.N, K: s.K, A: a.data, LDA: a.ld, B: b.data, LDB: b.ld, C: c.data, LDC: c.ld}
	if k.Type == INT8 && s.unsigned {
		p.AUnsigned = true
		for i := range s.M {
			for j := range s.K {
				*(*byte)(a.at(i, j)) ^= 0x80
			}
		}
	}
	var init []float64
	if s.init {
		p.Init, init = initRow(t, k, s.N, r)
	}
	if s.packed {
		p.Packed = packAll(t, k, s.K, s.N, b, r)
		p.B = nil
	}
	count := make([]int32, s.M*s.N)
	if s.noC {
		p.C, p.LDC = nil, 0
	}
	if s.finish {
		p.Finish = func(_, row, rows, col, cols int, sums ptr, stride int) {
			for i := range rows {
				for j := range cols {
					count[(row+i)*s.N+col+j]++
					v := sum(k.Type, unsafe.Add(sums, i*stride+j*k.Type.sumBytes()))
					setSum(k.Type, c.at(row+i, col+j), v)
				}
			}
		}
	}
	plan := NewPlan(k, p, s.workers, s.caches)
	if s.anyBlocks {
		b := anyBlocks(k, &p, s.caches, r)
		plan = newPlan(k, p, b, divide(k, &p, s.workers, b))
		plan.shares = plan.share(1 << 30)
	}
	runPlan(t, plan, s.workers)
	want, magnitude := reference(s.M, s.N, s.K, denseA, b.dense(k.Type), init)
	for i := range want {
		got := sum(k.Type, c.at(i/s.N, i%s.N))
		if err := close(k.Type, s.K, got, want[i], magnitude[i]); err != nil {
			t.Fatalf("%s: %+v: row %d column %d: %v", k.Name, s, i/s.N, i%s.N, err)
		}
		if s.finish && count[i] != 1 {
			t.Fatalf("%s: %+v: row %d column %d was finished %d times", k.Name, s, i/s.N, i%s.N, count[i])
		}
	}
	for i := range s.M - 1 { // between rows
		for j := s.N; j < c.ld/c.bytes; j++ {
			require.Equal(t, byte(0xff), *(*byte)(c.at(i, j)), "%s: %+v: written beyond row %d", k.Name, s, i)
		}
	}
}

func initRow(t testing.TB, k *Kernels, N int, r *rand.Rand) (ptr, []float64) {
	row := guarded(t, k.Padded(N)*k.Type.sumBytes(), true)
	values := make([]float64, N)
	for i := range values {
		values[i] = float64(r.IntN(1000) - 500)
		setSum(k.Type, unsafe.Add(row, i*k.Type.sumBytes()), values[i])
	}
	return row, values
}

// packAll packs all panels in pieces, as different threads would.
func packAll(t testing.TB, k *Kernels, K, N int, b guardedMatrix, r *rand.Rand) *Packed {
	p := k.NewPacked(guarded(t, k.PackedBytes(K, N), true), K, N)
	for lo := 0; lo < p.Panels(); {
		hi := lo + 1 + r.IntN(p.Panels()-lo)
		first, _ := p.Columns(lo)
		p.Pack(lo, hi, b.at(0, first), b.ld)
		lo = hi
	}
	return &p
}

// anyBlocks are blocks that no cache would ask for: passes over K of any length, and words
// of A copied and tiles down the columns of C whatever the stride of A.
func anyBlocks(k *Kernels, p *Product, c Caches, r *rand.Rand) blocking {
	b := choose(k, p, c)
	b.panel = b.panel || !b.sweep && r.IntN(2) == 0
	if k.Down[k.Rows] != nil && !b.few() && !b.sweep && r.IntN(2) == 0 {
		b.goDown(k, p, supposedL2Bytes)
	}
	b.kc = 1 + r.IntN(k.Words(p.K))
	if !b.stream {
		b.nc = k.Columns() * (1 + r.IntN(4))
	}
	if b.down || !b.kOuter && p.Packed != nil {
		b.mc = k.Rows * (1 + r.IntN(4))
	}
	return b
}

func runPlan(t testing.TB, plan *Plan, workers int) {
	scratch := guarded(t, plan.ScratchBytes(), true)
	for i := range plan.ScratchBytes() {
		*(*byte)(unsafe.Add(scratch, i)) = 0xff // NaN: nothing may count on zeros
	}
	plan.SetScratch(scratch)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() { plan.Run(w) })
	}
	all.Wait()
}

func eachKernel(t *testing.T, test func(t *testing.T, k *Kernels)) {
	all := allKernels()
	if len(all) == 0 {
		t.Log("not run: this processor has none of the instruction sets")
	}
	for name, k := range all {
		t.Run(name, func(t *testing.T) { test(t, k) })
	}
}

func TestRandomSizes(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *Kernels) {
		r := rand.New(rand.NewPCG(5, uint64(k.Type)))
		for range 300 {
			t.Run("", func(t *testing.T) { randomTrial(r, 130).check(t, k) })
		}
	})
}

// TestRandomBlocks has many passes over K, with each way that sums, init and Finish go
// through them, and more workers than there is work.
func TestRandomBlocks(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *Kernels) {
		r := rand.New(rand.NewPCG(6, uint64(k.Type)))
		for range 300 {
			s := randomTrial(r, 130)
			s.anyBlocks = true
			if r.IntN(4) == 0 {
				s.workers = 33
			}
			t.Run("", func(t *testing.T) { s.check(t, k) })
		}
	})
}

// Rows of A that meet in the same sets of the first level are copied, others are not.
func TestTilesGoDownWhereRowsOfAMeet(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *Kernels) {
		for stride, meets := range map[int]bool{4096: true, 8192: true, 4000: false, 4096 + 64: false} {
			p := Product{M: 1024, N: 1024, K: 512, LDA: stride, LDB: 1024 * k.Type.elementBytes(), LDC: 1024 * k.Type.sumBytes()}
			plan := NewPlan(k, p, 1, Caches{})
			require.Equal(t, meets && k.Down[k.Rows] != nil, plan.blocking.down, "%s: %d", k.Name, stride)
			require.Equal(t, plan.blocking.down, strings.Contains(plan.String(), ", mc "), plan)
			require.Equal(t, meets && k.narrow() || k.needsPanel(&p), plan.blocking.panel, "%s: %d", k.Name, stride)
			p.M = fewRows
			require.False(t, NewPlan(k, p, 1, Caches{}).blocking.down, k.Name)
		}
	})
}

func TestSmallestSizes(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *Kernels) {
		for _, packed := range []bool{false, true} {
			for n := 1; n <= 2*k.Columns()+1; n++ {
				trial{M: 1, N: n, K: 1, workers: 2, packed: packed}.check(t, k)
				trial{M: n, N: 1, K: n, workers: 2, packed: packed}.check(t, k)
			}
		}
	})
}

// TestManyBlocks has more than one block in every direction with blocks of usual
// size.
func TestManyBlocks(t *testing.T) {
	usual := Caches{L1Bytes: 32 << 10, L2Bytes: 128 << 10}
	eachKernel(t, func(t *testing.T, k *Kernels) {
		for i, s := range []trial{
			{M: 37, N: 300, K: 2600, workers: 2},
			{M: 37, N: 300, K: 2600, workers: 1, packed: true, init: true},
			{M: 150, N: 257, K: 2501, workers: 3, packed: true, noC: true, finish: true, init: true},
			{M: 150, N: 257, K: 2501, workers: 2, noC: true, finish: true, init: true},
			{M: 9, N: 500, K: 4999, workers: 2, packed: true},
			{M: 2, N: 500, K: 4999, workers: 1},
		} {
			s.caches, s.seed = usual, uint64(i)
			s.check(t, k)
		}
	})
}

func FuzzProduct(f *testing.F) {
	f.Add(uint64(1), uint8(0))
	f.Add(uint64(2), uint8(7))
	all := allKernels()
	var names []string
	for name := range all {
		names = append(names, name)
	}
	f.Fuzz(func(t *testing.T, seed uint64, kernel uint8) {
		if len(names) == 0 {
			return
		}
		randomTrial(rand.New(rand.NewPCG(seed, 2)), 200).check(t, all[names[int(kernel)%len(names)]])
	})
}

func TestRunDoesNotAllocate(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *Kernels) {
		for _, packed := range []bool{false, true} {
			r := rand.New(rand.NewPCG(1, 1))
			e := k.Type.elementBytes()
			a, b := newMatrix(t, r, 33, 65, e).values(k.Type, r), newMatrix(t, r, 65, 97, e).values(k.Type, r)
			c := newMatrix(t, r, 33, 97, k.Type.sumBytes())
			p := Product{M: 33, N: 97, K: 65, A: a.data, LDA: a.ld, B: b.data, LDB: b.ld, C: c.data, LDC: c.ld}
			if packed {
				p.Packed = packAll(t, k, 65, 97, b, r)
			}
			plan := NewPlan(k, p, 1, Caches{})
			plan.SetScratch(guarded(t, plan.ScratchBytes(), true))
			require.Zero(t, testing.AllocsPerRun(10, func() { plan.Run(0) }), fmt.Sprint(packed))
		}
	})
}
