package vector

import (
	"fmt"
	"testing"

	"joulemark/runners/internal/isa"
)

// The rates of every operation on a row that lies in L1, and those of attention on
// keys and values in memory. Copy (Go's) and read (AbsMax over memory) say what the
// machine gives in the same run.
//
//	go test -run - -bench . ./runners/internal/vector

const row = 2048

func BenchmarkRow(b *testing.B) {
	y, x, gain, bias := floats(row), floats(row), floats(row), floats(row)
	narrow, bytes, sums := make([]uint16, row), make([]uint8, row), make([]int32, row)
	for _, s := range isa.Available() {
		o := For(s)
		for _, c := range []struct {
			name  string
			bytes int // read and written, of an element
			f     func()
		}{
			{"copy", 8, func() { copy(y, x) }},
			{"ToBF16", 6, func() { o.ToBF16(narrow, x) }},
			{"FromBF16", 6, func() { o.FromBF16(y, narrow) }},
			{"RoundBF16", 8, func() { o.RoundBF16(y) }},
			{"Add", 12, func() { o.Add(y, x) }},
			{"AddBF16", 10, func() { o.AddBF16(y, narrow) }},
			{"Scale", 8, func() { o.Scale(y, 0.99) }},
			{"GELUTanh", 8, func() { copy(y, x); o.GELUTanh(y) }},
			{"GELUErf", 8, func() { copy(y, x); o.GELUErf(y) }},
			{"MulSiLU", 12, func() { copy(y, x); o.MulSiLU(y, gain) }},
			{"LayerNorm", 16, func() { o.LayerNorm(y, x, gain, bias, 1e-5) }},
			{"RMSNorm", 12, func() { o.RMSNorm(y, x, gain, 1e-5) }},
			{"Rotate", 24, func() { o.Rotate(y, x, gain, bias) }},
			{"Max", 4, func() { o.Max(x) }},
			{"ExpSum", 8, func() { copy(y, x); o.ExpSum(y, 1, 4) }},
			{"ExpSumBF16", 6, func() { o.ExpSumBF16(narrow, x, 1, 4) }},
			{"AbsMax", 4, func() { o.AbsMax(x) }},
			{"Quantize", 5, func() { o.Quantize(bytes, x, 30) }},
			{"Dequantize", 12, func() { o.Dequantize(y, sums, 0.1, gain) }},
		} {
			b.Run(c.name+"/"+s.Name, func(b *testing.B) {
				b.SetBytes(int64(row * c.bytes))
				for b.Loop() {
					c.f()
				}
			})
		}
	}
}

// BenchmarkCache reads 256 MiB of keys and of values by rows of contexts of 512.
func BenchmarkCache(b *testing.B) {
	const total, context = 64 << 20, 512
	wide, narrow := floats(total), make([]uint16, 2*total)
	for i := range narrow {
		narrow[i] = uint16(i)
	}
	for _, s := range isa.Available() {
		if s.Name == isa.Portable {
			continue // a hundredth
		}
		o := For(s)
		run := func(name string, n int, f func(from int)) {
			b.Run(name+"/"+s.Name, func(b *testing.B) {
				from := 0
				b.SetBytes(int64(n))
				for b.Loop() {
					f(from)
					from++
				}
			})
		}
		run("read", 1<<20, func(i int) { o.AbsMax(wide[i%256<<18:][:1<<18]) })
		for _, dim := range []int{64, 80, 128} {
			for _, queries := range []int{1, 4, 7, 8} {
				n := context * dim
				q, dst := floats(queries*dim), floats(queries*context)
				name := fmt.Sprintf("%d queries of %d", queries, dim)
				run("Scores "+name, 4*n, func(i int) { o.Scores(dst, q, wide[i%(total/n)*n:][:n], queries) })
				run("Gather "+name, 4*n, func(i int) { o.Gather(q, dst, wide[i%(total/n)*n:][:n], queries) })
				run("ScoresBF16 "+name, 2*n, func(i int) { o.ScoresBF16(dst, q, narrow[i%(2*total/n)*n:][:n], queries) })
				run("GatherBF16 "+name, 2*n, func(i int) { o.GatherBF16(q, dst, narrow[i%(2*total/n)*n:][:n], queries) })
			}
		}
	}
}

func floats(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(i%61)/8 - 4
	}
	return x
}
