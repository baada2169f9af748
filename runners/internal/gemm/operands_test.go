package gemm

import (
	"fmt"
	"math"
	"math/rand/v2"
	"syscall"
	"testing"
	"unsafe"

	"joulemark/runners/internal/isa"

	"github.com/stretchr/testify/require"
)

// allKernels are those of every set that this processor can run, also as if it had
// neither dot products of bf16 nor of bytes.
func allKernels() map[string]*Kernels {
	all := map[string]*Kernels{}
	for _, s := range isa.Available() {
		for _, s := range []isa.Set{s, {Name: s.Name}} {
			for _, t := range []Type{FP64, FP32, BF16, INT8} {
				if k := For(s, t); k != nil {
					all[k.Name] = k
					if k.Few != nil {
						all[k.Few.Name] = k.Few
					}
				}
			}
		}
	}
	return all
}

// guarded is memory of n bytes with a page behind it (or, before it, in front) that
// nothing may touch, so that one byte too far ends the test.
func guarded(t testing.TB, n int, behind bool) ptr {
	page := syscall.Getpagesize()
	size := ceilDiv(max(n, 1), page) * page
	all, err := syscall.Mmap(-1, 0, size+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	require.NoError(t, err)
	t.Cleanup(func() { syscall.Munmap(all) })
	require.NoError(t, syscall.Mprotect(all[:page], syscall.PROT_NONE))
	require.NoError(t, syscall.Mprotect(all[page+size:], syscall.PROT_NONE))
	if behind {
		return ptr(&all[page+size-n])
	}
	return ptr(&all[page])
}

// A guardedMatrix is rows x cols elements between guard pages, ld bytes a row; the row ends
// at the last element, what lies between rows is poison.
type guardedMatrix struct {
	data           ptr
	rows, cols, ld int
	bytes          int // of an element
}

func newMatrix(t testing.TB, r *rand.Rand, rows, cols, bytes int) guardedMatrix {
	m := guardedMatrix{rows: rows, cols: cols, bytes: bytes, ld: (cols + r.IntN(3)*r.IntN(40)) * bytes}
	n := (rows-1)*m.ld + cols*bytes
	m.data = guarded(t, n, r.IntN(2) == 0)
	fill := unsafe.Slice((*byte)(m.data), n)
	for i := range fill {
		fill[i] = 0xff // NaN in every float type
	}
	return m
}

func (m guardedMatrix) at(i, j int) ptr { return unsafe.Add(m.data, i*m.ld+j*m.bytes) }

// get and set know an element by its type: int8 is -1 byte.
func (m guardedMatrix) set(t Type, i, j int, v float64) {
	switch t {
	case FP64:
		*(*float64)(m.at(i, j)) = v
	case FP32:
		*(*float32)(m.at(i, j)) = float32(v)
	case BF16:
		*(*uint16)(m.at(i, j)) = uint16(math.Float32bits(float32(v)) >> 16)
	case INT8:
		*(*int8)(m.at(i, j)) = int8(v)
	}
}

func (m guardedMatrix) get(t Type, i, j int) float64 {
	switch t {
	case FP64:
		return *(*float64)(m.at(i, j))
	case FP32:
		return float64(*(*float32)(m.at(i, j)))
	case BF16:
		return float64(math.Float32frombits(uint32(*(*uint16)(m.at(i, j))) << 16))
	}
	return float64(*(*int8)(m.at(i, j)))
}

// values are numbers that every type holds exactly: eighths for floats (bf16 has
// eight bits), all of int8.
func (m guardedMatrix) values(t Type, r *rand.Rand) guardedMatrix {
	for i := range m.rows {
		for j := range m.cols {
			v := float64(r.IntN(255)-127) / 64
			if t == INT8 {
				v = float64(r.IntN(256) - 128)
			}
			m.set(t, i, j, v)
		}
	}
	return m
}

// sum is an element of C.
func sum(t Type, at ptr) float64 {
	switch t {
	case FP64:
		return *(*float64)(at)
	case INT8:
		return float64(*(*int32)(at))
	}
	return float64(*(*float32)(at))
}

func setSum(t Type, at ptr, v float64) {
	switch t {
	case FP64:
		*(*float64)(at) = v
	case INT8:
		*(*int32)(at) = int32(v)
	default:
		*(*float32)(at) = float32(v)
	}
}

// dense is the elements in float64, row by row.
func (m guardedMatrix) dense(t Type) []float64 {
	d := make([]float64, 0, m.rows*m.cols)
	for i := range m.rows {
		for j := range m.cols {
			d = append(d, m.get(t, i, j))
		}
	}
	return d
}

// reference is init + A B, and the sum of magnitudes that bounds its error.
func reference(M, N, K int, a, b, init []float64) (c, magnitude []float64) {
	c, magnitude = make([]float64, M*N), make([]float64, M*N)
	for i := range M {
		row, size := c[i*N:(i+1)*N], magnitude[i*N:(i+1)*N]
		for j := range init {
			row[j], size[j] = init[j], math.Abs(init[j])
		}
		for k := range K {
			v := a[i*K+k]
			for j, w := range b[k*N : (k+1)*N] {
				row[j] += v * w
				size[j] += math.Abs(v * w)
			}
		}
	}
	return c, magnitude
}

// close says whether a sum of K products is right: exact in int8; else within the
// error of adding in any order, |error| <= K u x the sum of magnitudes.
func close(t Type, K int, got, want, magnitude float64) error {
	u := map[Type]float64{FP64: 0x1p-53, FP32: 0x1p-24, BF16: 0x1p-23}[t]
	bound := float64(K+2) * u * magnitude
	if !(math.Abs(got-want) <= bound) {
		return fmt.Errorf("%v is not %v within %v", got, want, bound)
	}
	return nil
}
