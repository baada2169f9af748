package gemm

import (
	"fmt"
	"sort"
	"testing"
	"time"

	"joulemark/runners/internal/isa"
)

func med(x []float64) float64 { sort.Float64s(x); return x[len(x)/2] }

func TestBare(t *testing.T) {
	type v struct {
		name string
		f    func() float64 // FMA-vectors (ops)
		rate []float64
	}
	var vs []*v
	pk := func(name string, f func(int)) {
		vs = append(vs, &v{name: name, f: func() float64 { f(20000); return 12 * 20000 }})
	}
	pk("fma ymm", peakPS)
	pk("fma zmm", peakZS)
	pk("madd ymm", peakMadd)
	pk("madd zmm", peakMaddZ)
	pk("maddadd ymm", peakMaddAdd)
	buf := newFenced(t, 8<<20)
	base := ptr(&buf.all[0])
	for i := range buf.all {
		buf.all[i] = 0
	}
	at := func(o int) ptr { return ptr(&buf.all[o]) }
	_ = base
	ks := underTest(t)
	_ = isa.AVX2
	for _, k := range ks {
		for _, kc := range []int{256, 512} {
		for _, l2 := range []bool{false, true} {
			for _, rows := range []int{k.Rows} {
				k, kc := k, kc
				panel := kc * k.rowBytes()
				np := 1
				if l2 {
					np = max(1, 400<<10/panel)
				}
				lda := kc*k.AWord + 64
				ldc := np*k.Columns()*k.BWord + 64
				parts := 1.0
				if k.AWord > k.BWord {
					parts = 2
				}
				vs = append(vs, &v{name: fmt.Sprintf("%s kc %d l2 %v rows %d", k.Name, kc, l2, rows), f: func() float64 {
					n := 0
					for r := 0; r < max(1, 32/np); r++ {
						for p := range np {
							c := at(4<<20 + p*k.Columns()*k.BWord)
							k.Tile[0][rows](kc, at(0), lda, at(1<<20+p*panel), k.rowBytes(), c, ldc, nil, 1, uintptr(c)+uintptr(k.Columns()*k.BWord), uintptr(at(0)), 0)
							n++
						}
					}
					return float64(n*kc*rows*k.Vectors) * parts
				}})
			}
		}
		}
	}
	for round := 0; round < 15; round++ {
		for i := range vs {
			if round%2 == 1 {
				i = len(vs) - 1 - i
			}
			s := time.Now()
			n := 0.0
			for time.Since(s) < 8*time.Millisecond {
				n += vs[i].f()
			}
			vs[i].rate = append(vs[i].rate, n/time.Since(s).Seconds())
		}
	}
	for _, v := range vs {
		r := med(v.rate)
		fmt.Printf("%-60s %.3f Gvec/s  of ymm fma %.3f\n", v.name, r/1e9, r/med(vs[0].rate))
	}
}
