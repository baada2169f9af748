package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"sort"
	"strconv"
	"syscall"
	"time"
	"unsafe"

	"joulemark/runners/internal/engine"
	"joulemark/runners/internal/gemm"
	"joulemark/runners/internal/isa"
)

func alloc(n int) unsafe.Pointer {
	const H = 2 << 20
	sz := (n + 4096 + H - 1) &^ (H - 1)
	b, err := syscall.Mmap(-1, 0, sz+H, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		panic(err)
	}
	off := int(-uintptr(unsafe.Pointer(&b[0])) & (H - 1))
	b = b[off : off+sz]
	syscall.Madvise(b, 14)
	return unsafe.Pointer(&b[0])
}

// args: set type m n threads seconds packed
func main() {
	set := isa.Set{Name: os.Args[1]}
	if len(set.Name) > 6 && set.Name[6:] == "+" {
		set.Name, set.VNNI, set.BF16 = set.Name[:6], true, true
	}
	typ := map[string]gemm.Type{"fp64": gemm.FP64, "fp32": gemm.FP32, "bf16": gemm.BF16, "int8": gemm.INT8}[os.Args[2]]
	e := map[string]int{"fp64": 8, "fp32": 4, "bf16": 2, "int8": 1}[os.Args[2]]
	num := func(i int) int { v, _ := strconv.Atoi(os.Args[i]); return v }
	m, n, threads := num(3), num(4), num(5)
	seconds, _ := strconv.ParseFloat(os.Args[6], 64)
	k := gemm.For(set, typ)
	sets := 64<<20/(e*n*(m+n)) + 1
	sets = max(sets, 2)
	fill := func(p unsafe.Pointer, count int) {
		for i := range count {
			switch e {
			case 8:
				unsafe.Slice((*float64)(p), count)[i] = rand.Float64() - .5
			case 4:
				unsafe.Slice((*float32)(p), count)[i] = rand.Float32() - .5
			case 2:
				unsafe.Slice((*uint16)(p), count)[i] = uint16(rand.Uint32())&0x807f | 0x3f00
			case 1:
				unsafe.Slice((*int8)(p), count)[i] = int8(rand.IntN(255) - 127)
			}
		}
	}
	sum := max(e, 4)
	c := alloc(m * n * sum)

	type cfg struct {
		name  string
		plans []*gemm.Plan
		g     []float64
	}
	type ab struct{ a, b unsafe.Pointer; pk *gemm.Packed }
	var ops []ab
	for range sets {
		a, b := alloc(m*n*e), alloc(n*n*e)
		fill(a, m*n)
		fill(b, n*n)
		pk := k.NewPacked(alloc(k.PackedBytes(n, n)), n, n)
		pk.Pack(0, pk.Panels(), b, n*e)
		ops = append(ops, ab{a, b, &pk})
	}
	var cfgs []*cfg
	for _, arg := range os.Args[7:] {
		var l1, l2, pk int
		fmt.Sscanf(arg, "%d:%d:%d", &l1, &l2, &pk)
		x := &cfg{name: arg}
		var scratch unsafe.Pointer
		for _, o := range ops {
			p := gemm.Product{M: m, N: n, K: n, A: o.a, LDA: n * e, B: o.b, LDB: n * e, C: c, LDC: n * sum}
			if pk == 1 {
				p.Packed = o.pk
			}
			pl := gemm.NewPlan(k, p, threads, gemm.Caches{L1Bytes: l1 << 10, L2Bytes: l2 << 10, L3Bytes: 32 << 20})
			if scratch == nil {
				scratch = alloc(pl.ScratchBytes())
			}
			pl.SetScratch(scratch)
			x.plans = append(x.plans, pl)
		}
		cfgs = append(cfgs, x)
	}
	pool := engine.NewPool(threads)
	var cur *gemm.Plan
	step := &engine.Step{Name: "x", Chunks: threads, Each: true, Do: func(w, _ int) { cur.Run(w) }}
	for r := 0; r < 9; r++ {
		for i := range cfgs {
			if r%2 == 1 {
				i = len(cfgs) - 1 - i
			}
			x := cfgs[i]
			s, it := time.Now(), 0
			for {
				cur = x.plans[it%sets]
				pool.Run(step)
				it++
				if d := time.Since(s).Seconds(); d > seconds {
					x.g = append(x.g, 2*float64(m)*float64(n)*float64(n)*float64(it)/d/1e9)
					break
				}
			}
		}
	}
	for _, x := range cfgs {
		sort.Float64s(x.g)
		fmt.Printf("%s %s m %d n %d t %d  %.1f  %s\n", x.name, os.Args[2], m, n, threads, x.g[len(x.g)/2], x.plans[0])
	}
}
