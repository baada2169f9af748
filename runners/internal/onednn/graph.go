package onednn

import (
	"slices"

	"joulemark/workloads"
)

// A graph is what one iteration does, in order. It is built before it has memory,
// so that the memory can be planned. The first error stays, and what is added
// after it does nothing.
type graph struct {
	*Engine
	scope
	err       error
	typeName  string // declared type, for errors
	storages  []*storage
	nodes     []node
	restBytes int64    // scratch of the primitives
	products  []string // implementations of the matmuls, each once
}

// A node is one call of a primitive.
type node struct {
	primitive handle
	arguments []argument
}

// An argument is a place under the number that the library gives it.
type argument struct {
	number int32
	place  place
}

// fails keeps the error of a status and reports whether there is one.
func (g *graph) fails(status int32, what string) bool {
	if g.err == nil {
		g.err = g.check(status, g.typeName+" "+what)
	}
	return g.err != nil
}

func (g *graph) add(c compiled, arguments ...argument) {
	if g.err == nil {
		g.nodes = append(g.nodes, node{c.primitive, slices.Clone(arguments)})
	}
}

// describe makes a memory descriptor of dims with strides in elements; nil = as
// the primitive likes best.
func (g *graph) describe(t dataType, dims, strides []int64) desc {
	if g.err != nil {
		return nil
	}
	d, status := g.generation.describe(t, dims, strides)
	if status == statusInvalidArguments && t >= f8e5m2 {
		status = statusUnimplemented // a type that versions before 3.4 do not know
	}
	if !g.fails(status, "memory") {
		g.later(func() { g.forget(d) })
	}
	return d
}

// buffer is memory of n elements, shared by all iterations.
func (g *graph) buffer(t dataType, n int64) *storage {
	return g.keep(&storage{kind: t, bytes: n * t.bytes()})
}

// constant is a buffer that holds these numbers for ever.
func (g *graph) constant(values func(i int64) float32, n int64) *storage {
	return g.keep(&storage{kind: f32, bytes: n * f32.bytes(), constant: values})
}

func (g *graph) keep(s *storage) *storage {
	g.storages = append(g.storages, s)
	return s
}

// view sees a storage as a tensor with these strides, from an element on.
func (g *graph) view(s *storage, from int64, dims, strides []int64) place {
	return place{s, from * s.kind.bytes(), g.describe(s.kind, dims, strides)}
}

// matrix sees a storage as one row-major matrix.
func (g *graph) matrix(s *storage, rows, columns int64) place {
	return g.view(s, 0, []int64{rows, columns}, []int64{columns, 1})
}

// whole is an operand that is used as the generator stores it.
func (g *graph) whole(t workloads.Tensor) *storage {
	return g.keep(&storage{kind: dataTypes[t.Type], bytes: storedBytes(t), operand: &operand{tensor: t}})
}

// repacked is an operand of the columns from…from+columns-1 of a tensor, in the
// layout and type of `to`.
func (g *graph) repacked(t workloads.Tensor, from, columns int64, to desc) place {
	if g.err != nil {
		return place{}
	}
	all := int64(t.Shape[len(t.Shape)-1])
	source := &storage{kind: dataTypes[t.Type]} // stands for the staging memory
	part := g.view(source, from, []int64{int64(t.Len()) / all, columns}, []int64{all, 1})
	s := g.keep(&storage{bytes: int64(g.descBytes(to)), operand: &operand{tensor: t, to: to, from: part, mover: g.mover(part.desc, to)}})
	return place{in: s, desc: to}
}

func storedBytes(t workloads.Tensor) int64 { return int64(t.Type.StoredBytes(t.Len())) }

// note remembers which implementation a matmul has.
func (g *graph) note(implementation string) {
	if implementation != "" && !slices.Contains(g.products, implementation) {
		g.products = append(g.products, implementation)
	}
}
