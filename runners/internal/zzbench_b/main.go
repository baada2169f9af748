package main

import (
	"fmt"
	"math/rand/v2"
	"os"
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
	packed := os.Args[7] == "packed"
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
	var plans []*gemm.Plan
	var scratch unsafe.Pointer
	for range sets {
		a, b := alloc(m*n*e), alloc(n*n*e)
		fill(a, m*n)
		fill(b, n*n)
		p := gemm.Product{M: m, N: n, K: n, A: a, LDA: n * e, B: b, LDB: n * e, C: c, LDC: n * sum}
		if packed {
			pk := k.NewPacked(alloc(k.PackedBytes(n, n)), n, n)
			pk.Pack(0, pk.Panels(), b, n*e)
			p.Packed = &pk
		}
		pl := gemm.NewPlan(k, p, threads, gemm.Caches{L1Bytes: 32 << 10, L2Bytes: 1 << 20, L3Bytes: 32 << 20})
		if scratch == nil {
			scratch = alloc(pl.ScratchBytes())
		}
		pl.SetScratch(scratch)
		plans = append(plans, pl)
	}
	pool := engine.NewPool(threads)
	cur := 0
	step := &engine.Step{Name: "x", Chunks: threads, Each: true, Do: func(w, _ int) { plans[cur].Run(w) }}
	rep := func(least float64) (float64, int) {
		s, it := time.Now(), 0
		for {
			cur = it % sets
			pool.Run(step)
			it++
			if d := time.Since(s).Seconds(); d > least {
				return d, it
			}
		}
	}
	rep(0.1)
	d, it := rep(seconds)
	fmt.Printf("{\"kernel\":%q,\"ops_per_s\":%.6g}\n", plans[0].String(), 2*float64(m)*float64(n)*float64(n)*float64(it)/d)
}
