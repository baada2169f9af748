package gemm

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// element is element j of row i of a matrix of bytes, as 64 bits at most.
func elementBits(m matrix[byte], i, j, size int) (bits uint64) {
	for b := range size {
		bits |= uint64(*m.element(i, j*size+b)) << (8 * b)
	}
	return bits
}

// widened is what an element of B or A becomes where a word has size bytes for it.
func widened(k *Kernels, bits uint64, from, to int) uint64 {
	switch {
	case k.Type == INT8 && to == 2:
		return uint64(uint16(int8(bits)))
	case k.Type == BF16 && to == 4:
		return bits << 16
	default:
		return bits
	}
}

func randomByte() byte { return byte(rand.Uint32()) }

func TestPackWithinFences(t *testing.T) {
	fsrc, fdst := newFenced(t, 1<<17), newFenced(t, 1<<18)
	for _, k := range underTest(t) {
		e := k.Type.elementBytes()
		for range 200 {
			kc, np := 1+rand.IntN(12), 1+rand.IntN(3)
			src := fencedMatrix[byte](fsrc, kc*k.Group, np*k.Columns()*e, rand.IntN(50))
			src.fill(randomByte)
			dst := fencedMatrix[byte](fdst, np, kc*k.rowBytes(), rand.IntN(50))
			k.Pack(dst.at, src.at, src.stride, kc, np, dst.stride)
			to := k.BWord / k.Group
			for p := range kc * k.Group {
				for j := range np * k.Columns() {
					at := (p/k.Group*k.Columns()+j%k.Columns())*k.Group + p%k.Group
					want := widened(k, elementBits(src, p, j, e), e, to)
					if have := elementBits(dst, j/k.Columns(), at, to); have != want {
						t.Fatalf("%s kc %d np %d: row %d column %d is %x, not %x", k.Name, kc, np, p, j, have, want)
					}
				}
			}
			dst.gaps(t)
		}
	}
}

func TestPanelWithinFences(t *testing.T) {
	fsrc, fdst := newFenced(t, 1<<16), newFenced(t, 1<<16)
	for _, k := range underTest(t) {
		for i, panel := range []panelFn{k.Panel, k.PanelUnsigned} {
			for K := 1; panel != nil && K <= 130; K++ {
				name := fmt.Sprintf("%s unsigned %v K %d", k.Name, i == 1, K)
				checkPanel(t, name, k, fsrc, fdst, panel, i == 1, 1+rand.IntN(9), K)
			}
		}
	}
}

func checkPanel(t *testing.T, name string, k *Kernels, fsrc, fdst *fenced, panel panelFn, unsigned bool, rows, K int) {
	t.Helper()
	e, to := k.Type.elementBytes(), k.AWord/k.Group
	src := fencedMatrix[byte](fsrc, rows, K*e, rand.IntN(50))
	src.fill(randomByte)
	dst := fencedMatrix[byte](fdst, rows, k.Words(K)*k.AWord, rand.IntN(50))
	panel(dst.at, dst.stride, src.at, src.stride, rows, K)
	for i := range rows {
		for p := range k.Words(K) * k.Group {
			var want uint64
			if p < K {
				bits := elementBits(src, i, p, e)
				if k.Type == INT8 && unsigned != (k.SignedOffset != 0) {
					bits ^= 0x80
				}
				want = widened(k, bits, e, to)
			}
			if have := elementBits(dst, i, p, to); have != want {
				t.Fatalf("%s: row %d element %d is %x, not %x", name, i, p, have, want)
			}
		}
	}
	dst.gaps(t)
}

func TestTransposeWithinFences(t *testing.T) {
	fsrc, fdst := newFenced(t, 1<<14), newFenced(t, 1<<14)
	for _, k := range underTest(t) {
		for kc := 1; k.Transpose != nil && kc <= 40; kc++ {
			src := fencedMatrix[uint32](fsrc, k.Lanes, kc, rand.IntN(50))
			src.fill(rand.Uint32)
			dst := fencedMatrix[uint32](fdst, kc, k.Lanes, rand.IntN(50))
			k.Transpose(dst.at, dst.stride, src.at, src.stride, kc)
			for i := range k.Lanes {
				for p := range kc {
					if have, want := *dst.element(p, i), *src.element(i, p); have != want {
						t.Fatalf("%s kc %d: row %d word %d is %x, not %x", k.Name, kc, i, p, have, want)
					}
				}
			}
			dst.gaps(t)
		}
	}
}
