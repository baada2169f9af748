package stablehlo

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"
)

// unary applies an operation that keeps the type: exponential, rsqrt, tanh.
func (b *builder) unary(op string, x value) value {
	return b.emit(x.shape, x.element, "%s %s : %s", op, x.name, x.typ())
}

// binary applies an operation to two values of one type: add, multiply.
func (b *builder) binary(op string, x, y value) value {
	return b.emit(x.shape, x.element, "%s %s, %s : %s", op, x.name, y.name, x.typ())
}

// scaled is x times a number.
func (b *builder) scaled(x value, by float64) value {
	return b.binary("multiply", x, b.filled(by, x.shape))
}

// plus is x plus a number.
func (b *builder) plus(x value, n float64) value {
	return b.binary("add", x, b.filled(n, x.shape))
}

// filled is an f32 tensor of one number. Nine digits give back every f32.
func (b *builder) filled(x float64, shape []int) value {
	literal := fmt.Sprintf("%.8e", x)
	if math.IsInf(x, -1) {
		literal = "0xFF800000"
	}
	return b.emit(shape, "f32", "constant dense<%s> : %s", literal, tensorType(shape, "f32"))
}

// table is a constant f32 tensor: its row-major elements, little-endian, in
// hexadecimal. A table of one element is written as a number, since hexadecimal of
// one element would stand for that element alone.
func (b *builder) table(elements []float32, shape ...int) value {
	if len(elements) == 1 {
		return b.filled(float64(elements[0]), shape)
	}
	raw := make([]byte, 0, 4*len(elements))
	for _, x := range elements {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
	}
	return b.emit(shape, "f32", "constant dense<\"0x%s\"> : %s", hex.EncodeToString(raw), tensorType(shape, "f32"))
}

// convert gives x another element type, rounded to nearest even.
func (b *builder) convert(x value, element string) value {
	if x.element == element {
		return x
	}
	return b.emit(x.shape, element, "convert %s : (%s) -> %s", x.name, x.typ(), tensorType(x.shape, element))
}

// wide is x in fp32.
func (b *builder) wide(x value) value { return b.convert(x, "f32") }

// reshape keeps the elements in their row-major order.
func (b *builder) reshape(x value, shape ...int) value {
	return b.emit(shape, x.element, "reshape %s : (%s) -> %s", x.name, x.typ(), tensorType(shape, x.element))
}

// transpose puts dimension order[i] of x at i.
func (b *builder) transpose(x value, order ...int) value {
	shape := make([]int, len(order))
	for i, d := range order {
		shape[i] = x.shape[d]
	}
	return b.emit(shape, x.element, "transpose %s, dims = [%s] : (%s) -> %s", x.name, list(order), x.typ(), tensorType(shape, x.element))
}

// spread repeats x to a shape; dimension i of x lies at dims[i] of it.
func (b *builder) spread(x value, shape []int, dims ...int) value {
	return b.emit(shape, x.element, "broadcast_in_dim %s, dims = [%s] : (%s) -> %s", x.name, list(dims), x.typ(), tensorType(shape, x.element))
}

// iota holds in every element its index along a dimension.
func (b *builder) iota(along int, shape ...int) value {
	return b.emit(shape, "i32", "iota dim = %d : %s", along, tensorType(shape, "i32"))
}

// compared is true where x and y are in the relation GE, LT…
func (b *builder) compared(relation string, x, y value) value {
	return b.emit(x.shape, "i1", "compare %s, %s, %s : (%s, %s) -> %s", relation, x.name, y.name, x.typ(), y.typ(), tensorType(x.shape, "i1"))
}

// selected is x where the condition holds, else y.
func (b *builder) selected(condition, x, y value) value {
	return b.emit(x.shape, x.element, "select %s, %s, %s : %s, %s", condition.name, x.name, y.name, condition.typ(), x.typ())
}

// slice keeps from…to-1 of one dimension.
func (b *builder) slice(x value, dim, from, to int) value {
	if from == 0 && to == x.shape[dim] {
		return x
	}
	shape, ranges := slices.Clone(x.shape), make([]string, len(x.shape))
	shape[dim] = to - from
	for d, n := range x.shape {
		ranges[d] = fmt.Sprintf("0:%d", n)
	}
	ranges[dim] = fmt.Sprintf("%d:%d", from, to)
	return b.emit(shape, x.element, "slice %s [%s] : (%s) -> %s", x.name, strings.Join(ranges, ", "), x.typ(), tensorType(shape, x.element))
}

// joined puts tensors one after the other along a dimension.
func (b *builder) joined(dim int, parts ...value) value {
	shape := slices.Clone(parts[0].shape)
	shape[dim] = 0
	names, types := make([]string, len(parts)), make([]string, len(parts))
	for i, p := range parts {
		shape[dim] += p.shape[dim]
		names[i], types[i] = p.name, p.typ()
	}
	return b.emit(shape, parts[0].element, "concatenate %s, dim = %d : (%s) -> %s",
		strings.Join(names, ", "), dim, strings.Join(types, ", "), tensorType(shape, parts[0].element))
}

// reduced takes the sum ("add") or the greatest ("maximum") over one dimension of an
// f32 tensor.
func (b *builder) reduced(op string, x value, dim int) value {
	identity := 0.0
	if op == "maximum" {
		identity = math.Inf(-1)
	}
	shape := slices.Delete(slices.Clone(x.shape), dim, dim+1)
	start := b.filled(identity, nil)
	return b.emit(shape, x.element, "reduce(%s init: %s) applies stablehlo.%s across dimensions = [%d] : (%s, %s) -> %s",
		x.name, start.name, op, dim, x.typ(), start.typ(), tensorType(shape, x.element))
}

// perRow applies an operation to x and a number a row, y having the shape of x but
// its last dimension.
func (b *builder) perRow(op string, x, y value) value {
	dims := make([]int, len(y.shape))
	for i := range dims {
		dims[i] = i
	}
	return b.binary(op, x, b.spread(y, x.shape, dims...))
}

// perColumn applies an operation to x and a number a column.
func (b *builder) perColumn(op string, x, y value) value {
	return b.binary(op, x, b.spread(y, x.shape, len(x.shape)-1))
}
