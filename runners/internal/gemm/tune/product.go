package main

import (
	"fmt"
	"unsafe"

	"joulemark/runners/internal/engine"
	"joulemark/runners/internal/gemm"
)

// setBytes is what the operands of an entry must exceed together, to come from
// memory.
const setBytes = 64 << 20

// A packing is when B is packed, and by whom.
type packing string

const (
	once     packing = "once"
	cells    packing = "cells"    // at each call, by each worker what its cell needs
	together packing = "together" // at each call, by all workers first
)

// A square is a product (of any shape) with as many operand sets as exceed the caches.
type square struct {
	plan   *gemm.Plan
	packed gemm.Packed
	a, b   []unsafe.Pointer // of each set
	panels []gemm.Packed    // of each set, packed once
	ldb    int
	turn   int
}

func newSquare(k *gemm.Kernels, m, n, depth, workers int, how packing, caches gemm.Caches) *square {
	if how == once {
		k = k.ForRows(m)
	}
	element, sum := k.ElementBytes(), k.SumBytes()
	s := &square{ldb: n * element}
	p := gemm.Product{M: m, N: n, K: depth, LDA: depth * element, LDB: s.ldb, C: memory(m * n * sum), LDC: n * sum}
	if how != cells {
		p.Packed = &s.packed
	}
	if how == together {
		s.packed = k.NewPacked(memory(k.PackedBytes(depth, n)), depth, n)
		s.packed.Anew = true
	}
	s.plan = gemm.NewPlan(k, p, workers, caches)
	s.plan.SetScratch(memory(s.plan.ScratchBytes()))
	for range setBytes/((m+n)*depth*element) + 1 {
		s.a, s.b = append(s.a, memory(m*depth*element)), append(s.b, memory(depth*n*element))
		if how == once {
			one := k.NewPacked(memory(k.PackedBytes(depth, n)), depth, n)
			one.Pack(0, one.Panels(), s.b[len(s.b)-1], s.ldb)
			s.panels = append(s.panels, one)
		}
	}
	return s
}

// next goes to the next set of operands.
func (s *square) next() {
	s.turn = (s.turn + 1) % len(s.a)
	s.plan.A, s.plan.B = s.a[s.turn], s.b[s.turn]
	if s.panels != nil {
		s.packed = s.panels[s.turn]
	}
}

// product adds one.
func (c *contest) product(k *gemm.Kernels, m, n, depth int, how packing, caches gemm.Caches) *entry {
	s := newSquare(k, m, n, depth, c.workers, how, caches)
	parts := 4 * c.workers // as the runner does
	pack := &engine.Step{Chunks: parts, Do: func(_, i int) { s.packed.PackPart(i, parts, s.b[s.turn], s.ldb) }}
	multiply := &engine.Step{Chunks: c.workers, Each: true, Do: func(worker, _ int) { s.plan.Run(worker) }}
	element := float64(k.ElementBytes())
	e := &entry{
		name: fmt.Sprintf("%dx%dx%d %s", m, n, depth, s.plan), rival: c.rivalry,
		ops: 2 * float64(m) * float64(n) * float64(depth), bytes: float64(n) * float64(depth) * element,
		call: func() {
			s.next()
			if how == together {
				c.pool.Run(pack)
			}
			c.pool.Run(multiply)
		},
	}
	c.entries = append(c.entries, e)
	return e
}

// squares adds n x n x n packed in every way; that of all workers together is compared with
// that of each its cell, unless a library is the rival of all.
func (c *contest) squares(k *gemm.Kernels, n int, caches gemm.Caches) {
	c.product(k, n, n, n, once, caches)
	each := c.product(k, n, n, n, cells, caches)
	if c.workers == 1 {
		return
	}
	if all := c.product(k, n, n, n, together, caches); all.rival == nil {
		all.rival = each
	}
}
