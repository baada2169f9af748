package onednn

import "unsafe"

// A compiled is a primitive, ready to be executed on any memory of its shapes.
type compiled struct {
	primitive      handle
	descriptor     handle
	implementation string // as the library calls it: "brg:avx512_core_bf16"
}

// A fused operation is applied to each result of a primitive before it is stored.
type fused struct {
	eltwise *eltwise // nil: binary
	binary  int32    // binaryAdd or binaryMul
	with    place    // second operand of a binary operation
}

func apply(f function, alpha, beta float32) fused { return fused{eltwise: &eltwise{f, alpha, beta}} }

func plus(p place) fused { return fused{binary: binaryAdd, with: p} }

func times(p place) fused { return fused{binary: binaryMul, with: p} }

// compile makes a primitive of what describe describes. what names it in errors.
func (g *graph) compile(what string, describe func(pd *handle) int32) (c compiled) {
	if g.err != nil {
		return c
	}
	g.used = true
	if g.fails(describe(&c.descriptor), what) {
		return c
	}
	g.later(func() { g.primitiveDescDestroy(c.descriptor) })
	var name unsafe.Pointer
	if g.primitiveDescQuery(c.descriptor, queryImplementation, 0, unsafe.Pointer(&name)) == 0 {
		c.implementation = text(name)
	}
	var scratch int64
	g.primitiveDescQuery(c.descriptor, queryConsumption, 0, unsafe.Pointer(&scratch)) // stays 0 where it is not told
	g.restBytes += max(scratch, 0)
	if !g.fails(g.primitiveCreate(&c.primitive, c.descriptor), what) {
		g.later(func() { g.primitiveDestroy(c.primitive) })
	}
	return c
}

// attributes carry fused operations; nil for none. What is given them copies them.
func (g *graph) attributes(post []fused) (attr handle) {
	var ops handle
	if len(post) == 0 || g.err != nil || g.fails(g.postOpsCreate(&ops), "fused operations") {
		return nil
	}
	defer g.postOpsDestroy(ops)
	for _, f := range post {
		if g.fails(g.appendFused(ops, f), "a fused operation") {
			return nil
		}
	}
	if g.fails(g.attrCreate(&attr), "attributes") {
		return nil
	}
	g.later(func() { g.attrDestroy(attr) })
	g.fails(g.attrSetPostOps(attr, ops), "fused operations")
	return attr
}

func (g *graph) appendFused(ops handle, f fused) int32 {
	if f.eltwise != nil {
		return g.appendEltwise(ops, *f.eltwise)
	}
	return g.postOpsAppendBinary(ops, f.binary, f.with.desc)
}

// text is a C string.
func text(c unsafe.Pointer) string {
	if c == nil {
		return ""
	}
	n := 0
	for *(*byte)(unsafe.Add(c, n)) != 0 {
		n++
	}
	return string(unsafe.Slice((*byte)(c), n))
}
