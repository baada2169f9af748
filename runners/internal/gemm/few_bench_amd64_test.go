package gemm

import (
	"fmt"
	"slices"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"joulemark/runners/internal/isa"
)

// BenchmarkFewRows compares the ways in which tiles of few rows read a packed B from memory,
// as ratios of their rates to the plain tile's (medians of rounds that take all in turn):
//
//	go test -run xxx -bench FewRows -benchtime 1x ./runners/internal/gemm
func BenchmarkFewRows(b *testing.B) {
	const bytes = 1 << 30
	all, err := syscall.Mmap(-1, 0, bytes, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		b.Skip(err)
	}
	defer func() { _ = syscall.Munmap(all) }()
	_ = syscall.Madvise(all, syscall.MADV_HUGEPAGE)
	for i := range all {
		all[i] = byte(i)&0x83 | 0x3c // small numbers in every type
	}
	for _, t := range []Type{FP64, FP32, BF16, INT8} {
		k := For(isa.Set{Name: isa.AVX2}, t).ForRows(1)
		for _, K := range []int{256, 1024, 2048, 4096} {
			for _, rows := range []int{1, 2, 3, 4, 6} {
				b.Run(fmt.Sprintf("%v/K=%d/m=%d", k.Name, K, rows), func(b *testing.B) {
					newReading(k, K, rows, all).compare(b)
				})
			}
		}
	}
}

// A reading goes over panels in memory, from where it stopped before.
type reading struct {
	pass
	rows  int
	panel int
	all   []byte
	at    int
	a, c  []float64
	lda   int
}

func newReading(k *Kernels, K, rows int, all []byte) *reading {
	r := &reading{rows: rows, all: all}
	r.Plan = &Plan{kernels: k, blocking: blocking{stream: true}}
	r.words, r.ldb = k.Words(K), k.rowBytes()
	r.panel = r.words * r.ldb
	r.stride = r.panel
	r.lda = r.words*k.AWord + 80
	r.a, r.c = make([]float64, r.lda*rows/8+8), make([]float64, rows<<13)
	for i := range r.a {
		r.a[i] = 1
	}
	return r
}

// ways are the tiles by name, each over so many panels.
func (r *reading) ways() map[string]func(b ptr, panels int) {
	k, a, c := r.kernels, ptr(&r.a[0]), ptr(&r.c[0])
	by := func(tile tileFn, ahead uintptr) func(ptr, int) {
		return func(b ptr, panels int) {
			for p := range panels {
				at := unsafe.Add(b, p*r.panel)
				tile(r.words, a, r.lda, at, r.ldb, c, 64, nil, 0, uintptr(c), uintptr(a), uintptr(at)+ahead)
			}
		}
	}
	ways := map[string]func(ptr, int){"plain": by(k.Tile[0][r.rows], 0), "ahead": by(k.Tile[2][r.rows], k.ahead(r.rows))}
	if k.Quarters[r.rows] != nil {
		ways["quarters"] = by(k.Quarters[r.rows], uintptr(r.panel))
	}
	if k.twinsFor(r.rows) != nil {
		ways["twins"] = func(b ptr, panels int) {
			r.cell = cell{rows: r.rows, cols: panels * k.Columns()}
			r.b = b
			r.pairs(a, r.lda, c, 32<<10, r.rows)
		}
	}
	return ways
}

// turn is how much of B a way reads in its turn.
const turn = 64 << 20

func (r *reading) compare(b *testing.B) {
	rates := map[string][]float64{}
	ways := r.ways()
	for range 13 {
		for name, way := range ways {
			start := time.Now()
			for done := 0; done < turn; {
				panels := (1 << 20) / r.panel
				if r.at+panels*r.panel > len(r.all) {
					r.at = 0
				}
				way(ptr(&r.all[r.at]), panels)
				r.at += panels * r.panel
				done += panels * r.panel
			}
			rates[name] = append(rates[name], turn/time.Since(start).Seconds()/1e9)
		}
	}
	for name := range ways {
		ratios := make([]float64, len(rates[name]))
		for i := range ratios {
			ratios[i] = rates[name][i] / rates["plain"][i]
		}
		slices.Sort(ratios)
		b.ReportMetric(ratios[len(ratios)/2], name+"/plain")
	}
	b.ReportMetric(slices.Max(rates["plain"]), "GB/s-of-plain")
}
